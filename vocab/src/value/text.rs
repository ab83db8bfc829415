//! Names.

use hydra::Limits;

use super::text_value;

text_value! {
    /// A name that is part of addresses: letters, digits, `_`, `.`, `-` and `~`; unlike any version (`v2`) or `admin`.
    Name, Limits::text(1, 64), |text| {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte)) {
            return Err("must consist of letters, digits, '_', '.', '-' and '~'");
        }
        if text.bytes().all(|byte| byte == b'.') {
            return Err("must not consist of dots alone");
        }
        if text.eq_ignore_ascii_case("admin") {
            return Err("must not be 'admin', which is reserved");
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
