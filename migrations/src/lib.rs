//! The schema of Portico, one file per change. The README says how to add one.

use sea_orm_migration::prelude::*;

mod dialect;
mod m0001_customers_and_portal_users;
mod m0002_collections;
mod m0003_images;
mod m0004_viewers;
mod m0005_administration;
mod m0006_privileged;
mod m0007_versions_of_keys;
mod m0008_granted_through;
mod m0009_turns;
mod m0011_viewing;
mod m0013_keys_told_apart;
mod m0014_compared_texts;
mod m0015_sessions_as_rows;
mod m0016_queries_by_age;

/// All changes, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_customers_and_portal_users::Migration),
            Box::new(m0002_collections::Migration),
            Box::new(m0003_images::Migration),
            Box::new(m0004_viewers::Migration),
            Box::new(m0005_administration::Migration),
            Box::new(m0006_privileged::Migration),
            Box::new(m0007_versions_of_keys::Migration),
            Box::new(m0008_granted_through::Migration),
            Box::new(m0009_turns::Migration),
            Box::new(m0011_viewing::Migration),
            Box::new(m0013_keys_told_apart::Migration),
            Box::new(m0014_compared_texts::Migration),
            Box::new(m0015_sessions_as_rows::Migration),
            Box::new(m0016_queries_by_age::Migration),
        ]
    }
}
