//! JSON objects and arrays, written piece by piece straight into the bytes of an answer.

use serde::Serialize;
use serde_json::Result;

/// What comes of writing something.
pub type Written = Result<()>;

/// A JSON object that is being written.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

/// A JSON array that is being written.
#[derive(Debug)]
pub struct Array<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

/// What comes between this and what came before.
fn part(out: &mut Vec<u8>, is_empty: &mut bool) {
    if !std::mem::take(is_empty) {
        out.push(b',');
    }
}

impl Object<'_> {
    /// Writes an object.
    ///
    /// # Errors
    /// Those of its members.
    pub fn write(out: &mut Vec<u8>, members: impl FnOnce(&mut Object<'_>) -> Result<()>) -> Result<()> {
        out.push(b'{');
        members(&mut Object { out: &mut *out, is_empty: true })?;
        out.push(b'}');
        Ok(())
    }

    /// Writes a member.
    ///
    /// # Errors
    /// Those of the value.
    pub fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        self.name(name);
        serde_json::to_writer(&mut *self.out, value)
    }

    /// Writes a member that is an object itself.
    ///
    /// # Errors
    /// Those of its members.
    pub fn object(&mut self, name: &str, members: impl FnOnce(&mut Object<'_>) -> Result<()>) -> Result<()> {
        self.name(name);
        Object::write(self.out, members)
    }

    /// Writes a member that is an array.
    ///
    /// # Errors
    /// Those of its elements.
    pub fn array(&mut self, name: &str, elements: impl FnOnce(&mut Array<'_>) -> Result<()>) -> Result<()> {
        self.name(name);
        self.out.push(b'[');
        elements(&mut Array { out: self.out, is_empty: true })?;
        self.out.push(b']');
        Ok(())
    }

    /// Names are keywords and those of properties, none of which has to be escaped.
    fn name(&mut self, name: &str) {
        debug_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'@'), "{name} is no name");
        part(self.out, &mut self.is_empty);
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}

impl Array<'_> {
    /// Writes an element that is an object.
    ///
    /// # Errors
    /// Those of its members.
    pub fn object(&mut self, members: impl FnOnce(&mut Object<'_>) -> Result<()>) -> Result<()> {
        part(self.out, &mut self.is_empty);
        Object::write(self.out, members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let mut out = Vec::new();
        let written = Object::write(&mut out, |object| {
            object.entry("@id", "a\"b")?;
            object.array("none", |_| Ok(()))?;
            object.array("some", |array| {
                array.object(|_| Ok(()))?;
                array.object(|object| object.entry("x", &1))
            })?;
            object.object("one", |object| object.entry("y", &[1, 2]))
        });
        written.expect("it is JSON");
        let expected = r#"{"@id":"a\"b","none":[],"some":[{},{"x":1}],"one":{"y":[1,2]}}"#;
        assert_eq!(String::from_utf8(out).expect("it is UTF-8"), expected);
    }
}
