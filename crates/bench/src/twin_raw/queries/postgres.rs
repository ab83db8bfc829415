//! PostgreSQL, by sqlx's pool.

use sqlx::postgres::PgPool;
use sqlx::{Result, query_as, query_scalar};
use uuid::Uuid;

use crate::twin_raw::statements::{
    CUSTOMER, CustomerRow, FIRST, INSERT, Made, NEXT, PORTAL_USER, TOTAL, UserRow, VERSION,
};

pub async fn customer(pool: &PgPool, id: i64) -> Result<Option<CustomerRow>> {
    query_as(CUSTOMER).bind(id).fetch_optional(pool).await
}

pub async fn portal_user(pool: &PgPool, customer: i64, uuid: Uuid) -> Result<Option<UserRow>> {
    query_as(PORTAL_USER).bind(uuid).bind(customer).fetch_optional(pool).await
}

pub async fn version(pool: &PgPool, customer: i64, uuid: Uuid) -> Result<Option<i64>> {
    query_scalar(VERSION).bind(uuid).bind(customer).fetch_optional(pool).await
}

pub async fn total(pool: &PgPool, customer: i64) -> Result<i64> {
    query_scalar(TOTAL).bind(customer).fetch_one(pool).await
}

pub async fn page(pool: &PgPool, customer: i64, after: Option<i64>, limit: i64) -> Result<Vec<UserRow>> {
    match after {
        None => query_as(FIRST).bind(customer).bind(limit).fetch_all(pool).await,
        Some(after) => query_as(NEXT).bind(customer).bind(after).bind(limit).fetch_all(pool).await,
    }
}

pub async fn insert(pool: &PgPool, customer: i64, new: &Made) -> Result<UserRow> {
    let query = query_as(INSERT).bind(new.uuid).bind(customer).bind(&new.email).bind(&new.email_key);
    let query = query.bind(&new.uid).bind(&new.uid_key).bind(&new.mobile).bind(new.enabled).bind(new.at);
    query.fetch_one(pool).await
}
