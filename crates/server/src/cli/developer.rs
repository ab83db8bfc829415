//! `portico draft` and `portico sql`: what a class comes to in the database, for whoever writes one.

use anyhow::{Result, bail};
use resource::served::ServedClass;
use resource::{KeptTable, SERVED};

use super::out::say;

/// The classes that are kept by their tables.
fn all() -> impl Iterator<Item = (&'static dyn ServedClass, &'static KeptTable)> {
    SERVED.iter().filter_map(|class| Some((*class, class.kept()?)))
}

/// The one of this name.
fn kept(name: &str) -> Result<(&'static dyn ServedClass, &'static KeptTable)> {
    match all().find(|(class, _)| class.class().name == name) {
        Some(found) => Ok(found),
        None => {
            let names: Vec<_> = all().map(|(class, _)| class.class().name).collect();
            bail!("{name} is no class that is kept by its table; these are: {}", names.join(", "))
        }
    }
}

/// Prints a migration.
///
/// # Errors
/// There is no such class.
pub(super) fn draft(name: &str) -> Result<()> {
    let (class, table) = kept(name)?;
    say(&mut std::io::stdout(), table.draft(class.class().label).trim_end());
    Ok(())
}

/// Prints statements, of one class or of all.
///
/// # Errors
/// There is no such class.
pub(super) fn sql(name: Option<&str>) -> Result<()> {
    let classes: Vec<_> = match name {
        Some(name) => vec![kept(name)?],
        None => all().collect(),
    };
    for (class, table) in classes {
        for (what, statement) in table.statements() {
            say(&mut std::io::stdout(), &format!("-- {}: {what}\n{statement};", class.class().name));
        }
    }
    Ok(())
}
