//! Names.

use hydra::Limits;

use super::text_value;

text_value! {
    /// A name that is part of addresses: letters, digits, `_`, `.` and `-`, of which the first is a letter or a digit. It is
    /// told from a number, so it is not all digits; and it is unlike any version (`v2`), `admin` and `search`.
    Name, Limits::text(1, 64), |text| {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
            return Err("must consist of letters, digits, '_', '.' and '-'");
        }
        if !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Err("must begin with a letter or a digit");
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("must not be all digits, which are a number");
        }
        if ["admin", "search"].iter().any(|reserved| text.eq_ignore_ascii_case(reserved)) {
            return Err("must not be 'admin' or 'search', which are reserved");
        }
        let mut bytes = text.bytes();
        if matches!(bytes.next(), Some(b'v' | b'V')) && bytes.next().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err("must not start like a version, with 'v' and a digit");
        }
        Ok(())
    }
}

text_value! {
    /// A name for people to read.
    DisplayName, Limits::text(1, 200), |text| {
        if text.trim().is_empty() { Err("must not be blank") } else { Ok(()) }
    }
}

text_value! {
    /// A sign-in name that is unique in the whole service. It never looks like the identity of somebody else.
    Uid, Limits::text(1, 60), |text| {
        if uuid::Uuid::try_parse(text).is_ok() {
            return Err("must not have the form of a UUID");
        }
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
            Ok(())
        } else {
            Err("must consist of letters, digits, '_', '.' and '-'")
        }
    }
}

text_value! {
    /// A sentence or two about something.
    Description, Limits::text(1, 500), |text| {
        if text.trim().is_empty() { Err("must not be blank") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_numbers_versions_and_parts_of_addresses() {
        for good in
            ["a", "A", "museum", "3com", "1-2", "7.5", "7_", "searching", "administrator", "v", "vx2", "x.y-z_0"]
        {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        let long = "x".repeat(65);
        for bad in [
            "", "0", "77", "007", "search", "SEARCH", "admin", "Admin", "v2", "V3x", ".", "..", ".a", "-a", "_a", "~",
            "~a", "a~", "a b", " a", "a/b", "a%20b", "a:b", "é", "\u{665}", &long,
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }
}
