//! The schema of Portico, one file per change. The README says how to add one.

use sea_orm_migration::prelude::*;

mod dialect;

/// Lists changes, each a file, oldest first.
macro_rules! migrations {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// All changes, oldest first.
        #[derive(Debug)]
        pub struct Migrator;

        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($file::Migration)),*]
            }
        }
    };
}

migrations! {
    m0001_customers_and_portal_users
    m0002_collections
    m0003_images
    m0004_viewers
    m0005_administration
    m0006_privileged
    m0007_versions_of_keys
    m0008_granted_through
    m0009_turns
    m0011_viewing
    m0013_keys_told_apart
    m0014_compared_texts
    m0015_sessions_as_rows
    m0016_queries_by_age
    m0017_side_by_side
    m0018_extents
    m0019_searched_texts
    m0020_long_lists
    m0021_customers_by_domain
    m0022_sessions_of_keys
    m0023_children_by_age
    m0024_keys_that_sign
    m0025_traced_jobs
    m0026_retention
    m0027_versions_of_policies
    m0028_repeatable_requests
    m0029_changes
    m0030_followed_changes
}
