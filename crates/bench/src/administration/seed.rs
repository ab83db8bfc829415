//! A hundred thousand customers in a tree, properties of some of them, and groups of entitlements: the same in every run.

use anyhow::Result;
use sqlx::{AssertSqlSafe, QueryBuilder};
use vocab::value::Flag;

use super::people::{OPERATOR, PROVIDER, SIGNER};
use crate::database::{Database, on};
use crate::seed::{BEGINNING, Numbers, settle};

/// How many customers there are below the provider.
pub const CUSTOMERS: i64 = 100_000;
/// The number of the first of them: a division. Branches lie below divisions, leaves below branches.
pub const FIRST: i64 = 1_000;
/// Groups of the first level.
const DIVISIONS: i64 = 100;
/// Groups of the second level.
const BRANCHES: i64 = 1_000;
/// Rows of one statement.
const LOT: usize = 1_000;

/// The name of a division in addresses.
pub fn division(number: i64) -> String {
    format!("division-{number}")
}

const WORDS: &[&str] = &[
    "Abbey", "Amber", "Anchor", "Arbour", "Ashdown", "Atlas", "Aurora", "Beacon", "Birch", "Bridge", "Bright", "Canal",
    "Castle", "Cedar", "Chapel", "Clear", "Cliff", "Copper", "Coral", "Crown", "Delta", "Drift", "Eagle", "Elm",
    "Ember", "Falcon", "Fern", "Field", "Forge", "Garden", "Glass", "Grand", "Granite", "Green", "Harbour", "Haven",
    "Hazel", "Heath", "Heron", "Hill", "Iron", "Island", "Ivory", "Juniper", "Lake", "Lantern", "Laurel", "Light",
    "Linden", "Maple", "Marble", "Meadow", "Mill", "Moor", "Museum", "North", "Oak", "Orchard", "Pearl", "Pine",
    "Quarry", "River", "Silver", "Stone",
];
/// What kind of house it is, which a name ends with.
const HOUSES: &[&str] = &[
    "Archive",
    "Bank",
    "College",
    "Council",
    "Energy",
    "Foods",
    "Freight",
    "Hospital",
    "Hotels",
    "Insurance",
    "Labs",
    "Library",
    "Media",
    "Museum",
    "Press",
    "Shipping",
    "Studios",
    "Trust",
    "University",
    "Works",
];
/// What there are entitlements for.
const THINGS: i64 = 50;
/// What may be done with each.
const DEEDS: &[&str] = &["READ", "WRITE", "DELETE", "EXPORT", "APPROVE", "ARCHIVE"];
/// What the operator may do, beside that.
const NEEDED: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS", "ADMIN_GET_CUSTOMER_ENTITLEMENTS"];

struct Row {
    number: i64,
    parent: i64,
    kind: &'static str,
    name: String,
    display_name: String,
    flags: i64,
    lifecycle: &'static str,
}

fn row(number: i64, numbers: &mut Numbers) -> Row {
    let at = number - FIRST;
    let (one, other) = (numbers.one_of(WORDS), numbers.one_of(WORDS));
    let display_name = format!("{one} {other} {}", numbers.one_of(HOUSES));
    let chance = numbers.below(100);
    let (flags, lifecycle) = match chance {
        0..3 => (0, "disabled"),
        3..6 => (0, "inactive"),
        6..16 => (Flag::ExcludeFromProduction.bit(), "active"),
        _ => (0, "active"),
    };
    let below = |first: i64, count: i64, numbers: &mut Numbers| {
        first + i64::try_from(numbers.below(count.unsigned_abs())).unwrap_or_default()
    };
    if at < DIVISIONS {
        let name = division(at);
        return Row { number, parent: PROVIDER, kind: "group", name, display_name, flags, lifecycle: "active" };
    }
    let name = format!("{}-{}-{number}", one.to_lowercase(), other.to_lowercase());
    let (parent, kind) = match at - DIVISIONS < BRANCHES {
        true => (below(FIRST, DIVISIONS, numbers), "group"),
        false => (below(FIRST + DIVISIONS, BRANCHES, numbers), "leaf"),
    };
    Row { number, parent, kind, name, display_name, flags, lifecycle }
}

/// Writes all of it into a database that has the people.
///
/// # Errors
/// The database refused.
pub async fn seed(database: &Database) -> Result<()> {
    customers(database).await?;
    for sql in tree().into_iter().chain(properties()).chain(grants()) {
        on!(database, writes, pool => {
            sqlx::query(AssertSqlSafe(sql)).execute(pool).await?;
        });
    }
    settle(database).await
}

async fn customers(database: &Database) -> Result<()> {
    let mut numbers = Numbers::new(2027);
    let rows: Vec<_> = (FIRST..FIRST + CUSTOMERS).map(|number| row(number, &mut numbers)).collect();
    on!(database, writes, pool => {
        let mut transaction = pool.begin().await?;
        for lot in rows.chunks(LOT) {
            let mut insert = QueryBuilder::new(
                "INSERT INTO customer (id, uuid, cid, cid_key, alias, alias_key, name, name_key, kind, parent_id, flags, \
                 lifecycle, created_at, updated_at, deleted_at) ",
            );
            insert.push_values(lot, |mut values, row| {
                let created = BEGINNING + (row.number - FIRST) * 600_000_000;
                values.push_bind(row.number).push_bind(numbers.uuid());
                values.push_bind(row.name.clone()).push_bind(row.name.clone());
                values.push_bind(row.name.clone()).push_bind(row.name.clone());
                values.push_bind(row.display_name.clone()).push_bind(row.display_name.to_lowercase());
                values.push_bind(row.kind).push_bind(row.parent).push_bind(row.flags).push_bind(row.lifecycle);
                values.push_bind(created).push_bind(created);
                values.push_bind((row.lifecycle == "disabled").then_some(created));
            });
            insert.build().execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    });
    Ok(())
}

/// Each level of the tree when the one above it is there.
fn tree() -> Vec<String> {
    let leaves = FIRST + DIVISIONS + BRANCHES;
    let mut statements = vec![
        format!("UPDATE customer SET kind = 'group' WHERE id = {PROVIDER}"),
        format!("INSERT INTO customer_closure SELECT id, id, 0 FROM customer WHERE id >= {FIRST}"),
        format!("INSERT INTO customer_entitlement SELECT id, 'CUSTOMER_GET_ITSELF' FROM customer WHERE id >= {FIRST}"),
    ];
    for (from, to) in [(FIRST, FIRST + DIVISIONS), (FIRST + DIVISIONS, leaves), (leaves, FIRST + CUSTOMERS)] {
        statements.push(format!(
            "INSERT INTO customer_closure SELECT above.ancestor_id, customer.id, above.depth + 1 \
             FROM customer JOIN customer_closure above ON above.descendant_id = customer.parent_id \
             WHERE customer.id >= {from} AND customer.id < {to}"
        ));
    }
    statements
}

/// The key of the property that a third of the customers have a value of.
pub const PROPERTY: &str = "serviceTier";

fn properties() -> Vec<String> {
    vec![
        format!(
            "INSERT INTO property_descriptor (uuid, key, kind, section, default_value, created_at, updated_at) \
             SELECT uuid, '{PROPERTY}', 'stringType', 'service', '\"bronze\"', 1, 1 FROM customer WHERE id = {SIGNER}"
        ),
        format!(
            "INSERT INTO customer_property (customer_id, descriptor_id, value, updated_at) \
             SELECT customer.id, property_descriptor.id, CASE customer.id % 2 WHEN 0 THEN '\"gold\"' ELSE '\"silver\"' END, 1 \
             FROM customer, property_descriptor WHERE customer.id >= {FIRST} AND customer.id % 3 = 0 AND key = '{PROPERTY}'"
        ),
    ]
}

/// Fifty groups, each with what may be done with three things, for the provider and for the operator.
fn grants() -> Vec<String> {
    let (mut entitlements, mut groups, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for thing in 0..THINGS {
        groups.push(format!("('STAFF_{thing:02}', '')"));
        entitlements.extend(DEEDS.iter().map(|deed| format!("('THING_{thing:02}_{deed}', '')")));
        for near in 0..3 {
            let of = (thing + near) % THINGS;
            members.extend(DEEDS.iter().map(|deed| format!("('STAFF_{thing:02}', 'THING_{of:02}_{deed}')")));
        }
    }
    members.extend(NEEDED.iter().map(|needed| format!("('STAFF_00', '{needed}')")));
    let operator = format!("(SELECT id FROM portal_user WHERE uid_key = '{OPERATOR}')");
    let staff = "FROM entitlement_group WHERE name LIKE 'STAFF%'";
    let mut statements = vec![
        format!("INSERT INTO entitlement (name, description) VALUES {}", entitlements.join(", ")),
        format!("INSERT INTO entitlement_group (name, description) VALUES {}", groups.join(", ")),
        format!("INSERT INTO entitlement_group_member (group_name, entitlement_name) VALUES {}", members.join(", ")),
        format!("INSERT INTO customer_group (customer_id, group_name) SELECT {PROVIDER}, name {staff}"),
        format!("INSERT INTO portal_user_group (user_id, group_name, granted_at) SELECT {operator}, name, 1 {staff}"),
        format!("INSERT INTO portal_user_customer (user_id, customer_id) SELECT id, {PROVIDER} FROM portal_user"),
    ];
    statements.extend(["ADMIN_GET_CUSTOMER", "THING_00_READ", "THING_01_READ", "THING_02_READ"].map(|name| {
        format!("INSERT INTO customer_entitlement (customer_id, entitlement_name) VALUES ({SIGNER}, '{name}')")
    }));
    statements
}
