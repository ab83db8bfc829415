//! The template of a named query together with what fills it in: which images match.

use std::collections::BTreeMap;

use hydra::Violation;
use store::matching::{Match, Within};
use store::{BatchNumber, SpaceNumber};

/// What fills in a template, by the number of the parameter.
#[derive(Debug, Clone, Default)]
pub(super) struct Arguments {
    given: BTreeMap<u32, String>,
    may_lack: bool,
}

impl Arguments {
    /// The parts of an address. Where a template asks for any, there must be one.
    pub fn of_path(parts: impl IntoIterator<Item = String>) -> Self {
        Self { given: (1..).zip(parts).collect(), may_lack: false }
    }

    /// The parameters of a query: `p1`, `p2` and so on. All of them may be missing, so that a link without any leads
    /// somewhere.
    pub fn of_query(parameters: &[(String, String)]) -> Self {
        let number = |name: &str| name.strip_prefix('p').filter(|digits| is_digits(digits))?.parse().ok();
        let given = parameters.iter().filter_map(|(name, value)| Some((number(name)?, value.clone())));
        Self { given: given.collect(), may_lack: true }
    }

    fn append(&mut self, value: &str) {
        let last = self.given.last_key_value().map_or(0, |(number, _)| *number);
        self.given.insert(last.saturating_add(1), value.to_owned());
    }

    /// What a value of the template stands for. None where that is an argument that was not given: then it is as if the
    /// template did not have it.
    fn resolve<'a>(&'a self, value: &'a str) -> Result<Option<Said<'a>>, Violation> {
        let Some(digits) = value.strip_prefix('p').filter(|rest| !rest.is_empty()) else {
            return Ok(Some(Said { by: "template", text: value }));
        };
        let number = digits.parse().ok().filter(|number: &u32| *number > 0 && is_digits(digits));
        let Some(number) = number else {
            let what = format!("has {value}, and after a p there must be the number of a parameter, such as p1");
            return Err(Violation::new("template", what));
        };
        if self.given.is_empty() && !self.may_lack {
            return Err(Violation::new(
                value,
                "is missing: give it after the name of the query, as a part of the address",
            ));
        }
        match self.given.get(&number) {
            Some(text) if text.contains('\0') => Err(Violation::new(value, "must not contain U+0000")),
            text => Ok(text.map(|text| Said { by: value, text })),
        }
    }

    fn text(&self, value: &str) -> Result<Option<String>, Violation> {
        Ok(self.resolve(value)?.map(|said| said.text.to_owned()))
    }

    fn whole(&self, value: &str) -> Result<Option<i64>, Violation> {
        self.resolve(value)?.map(|said| said.whole(said.text)).transpose()
    }

    /// A list, of which each member may itself be an argument that is a list.
    fn wholes(&self, value: &str) -> Result<Vec<i64>, Violation> {
        let mut all = Vec::new();
        for member in value.split(',') {
            if let Some(said) = self.resolve(member)? {
                for text in said.text.split(',') {
                    all.push(said.whole(text)?);
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A value, and what to blame for it.
struct Said<'a> {
    by: &'a str,
    text: &'a str,
}

impl Said<'_> {
    fn whole(&self, text: &str) -> Result<i64, Violation> {
        text.parse().map_err(|_| Violation::new(self.by, format!("must be a whole number; this is {text:?}")))
    }
}

/// The images that a template means. What is no pair, and keys that mean nothing, are left aside; the last of several pairs
/// with one key counts.
pub(super) fn read(template: &str, arguments: &Arguments) -> Result<Match, Violation> {
    let mut arguments = arguments.clone();
    for (_, value) in pairs(template).filter(|(key, _)| *key == "#") {
        arguments.append(value);
    }
    let mut wanted = Match::default();
    let (mut number, mut name) = (None, None);
    for (key, value) in pairs(template) {
        match key {
            "s1" => wanted.strings[0] = arguments.text(value)?,
            "s2" => wanted.strings[1] = arguments.text(value)?,
            "s3" => wanted.strings[2] = arguments.text(value)?,
            "n1" => wanted.numbers[0] = arguments.whole(value)?,
            "n2" => wanted.numbers[1] = arguments.whole(value)?,
            "n3" => wanted.numbers[2] = arguments.whole(value)?,
            "space" => number = arguments.whole(value)?,
            "spacename" => name = arguments.text(value)?,
            "batch" => wanted.batches = arguments.wholes(value)?.into_iter().map(BatchNumber::new).collect(),
            "assetOrder" | "canvas" => wanted.order = order(value),
            _ => {}
        }
    }
    wanted.space = number.map(SpaceNumber::new).map(Within::Number).or(name.map(Within::Name));
    Ok(wanted)
}

pub(super) fn pairs(template: &str) -> impl Iterator<Item = (&str, &str)> {
    template.split('&').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !value.contains('='))
}

/// `n1;s2 desc`. What is ordered by already does not order again.
fn order(value: &str) -> Vec<(&'static str, bool)> {
    let mut order: Vec<(&'static str, bool)> = Vec::new();
    for key in value.split(';') {
        let mut words = key.split([' ', '+']).filter(|word| !word.is_empty());
        let Some(property) = words.next().and_then(property) else { continue };
        let descending = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
        if order.iter().all(|(known, _)| *known != property) {
            order.push((property, descending));
        }
    }
    order
}

pub(super) fn property(field: &str) -> Option<&'static str> {
    Some(match field {
        "s1" => "string1",
        "s2" => "string2",
        "s3" => "string3",
        "n1" => "number1",
        "n2" => "number2",
        "n3" => "number3",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(parts: &[&str]) -> Arguments {
        Arguments::of_path(parts.iter().map(|part| (*part).to_owned()))
    }

    fn query(parameters: &[(&str, &str)]) -> Arguments {
        let owned: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Arguments::of_query(&owned)
    }

    fn text(index: usize, text: &str) -> Match {
        let mut wanted = Match::default();
        wanted.strings[index] = Some(text.into());
        wanted
    }

    fn whole(index: usize, number: i64) -> Match {
        let mut wanted = Match::default();
        wanted.numbers[index] = Some(number);
        wanted
    }

    fn numbered(number: i64) -> Within {
        Within::Number(SpaceNumber::new(number))
    }

    fn within(space: Within) -> Match {
        Match { space: Some(space), ..Match::default() }
    }

    fn batches<const MANY: usize>(numbers: [i64; MANY]) -> Match {
        Match { batches: numbers.map(BatchNumber::new).into(), ..Match::default() }
    }

    fn ordered(order: &[(&'static str, bool)]) -> Match {
        Match { order: order.to_vec(), ..Match::default() }
    }

    #[test]
    fn a_template_means_what_it_says() {
        let table = [
            ("s1=x", &[][..], text(0, "x")),
            ("s1=p", &[], text(0, "p")),
            ("s2=p1", &["a"], text(1, "a")),
            ("s3=p2", &["a", "b/c d"], text(2, "b/c d")),
            ("s1=", &[], text(0, "")),
            ("s1=a&s1=b", &[], text(0, "b")),
            ("n1=7", &[], whole(0, 7)),
            ("n2=p1", &["-8"], whole(1, -8)),
            ("n3=p3", &["a", "b", "9"], whole(2, 9)),
            // What is not given is not asked for, as long as anything is.
            ("s1=p1&s2=p2&n1=p3&space=p4&spacename=p5&batch=p6", &["a"], text(0, "a")),
            ("space=5", &[], within(numbered(5))),
            ("spacename=Maps", &[], within(Within::Name("Maps".into()))),
            ("spacename=Maps&space=5", &[], within(numbered(5))),
            ("space=p2&spacename=p1", &["Maps"], within(Within::Name("Maps".into()))),
            ("batch=3,1,3", &[], batches([1, 3])),
            ("batch=2,p1,p9", &["7,5"], batches([2, 5, 7])),
            (
                "assetOrder=n1;n2 desc;s3 asc",
                &[],
                ordered(&[("number1", false), ("number2", true), ("string3", false)]),
            ),
            ("canvas=s2+DESC", &[], ordered(&[("string2", true)])),
            ("assetOrder=n1&canvas=n2", &[], ordered(&[("number2", false)])),
            ("assetOrder=n9;id;n1;n1 desc; ;n2 sideways", &[], ordered(&[("number1", false), ("number2", false)])),
            // What is said to the template by itself comes after what the address says.
            ("s1=p1&#=x", &[], text(0, "x")),
            ("#=x&s1=p2", &["a"], text(0, "x")),
            ("s1=p3&#=x&#=y", &["a"], text(0, "y")),
            ("s1=p1&#=x=y", &["a"], text(0, "a")),
            ("s1=p1&#=p", &[], text(0, "p")),
            // What means nothing.
            ("", &[], Match::default()),
            ("manifest=s1&coverpage=https://x/y?a=b&colour=p1", &[], Match::default()),
            ("s1&s2=a=b&=x&==", &[], Match::default()),
        ];
        for (template, parts, expected) in table {
            assert_eq!(
                read(template, &path(parts)).map_err(|fault| fault.message),
                Ok(expected),
                "{template} {parts:?}"
            );
        }
    }

    #[test]
    fn what_is_wrong_has_a_name() {
        let table = [
            ("s1=p1", &[][..], "p1"),
            ("s1=p1&#", &[], "p1"),
            ("s1=paris", &["a"], "template"),
            ("s1=p0", &["a"], "template"),
            ("s1=p+1", &["a"], "template"),
            ("s1=p-1", &["a"], "template"),
            ("s1=p99999999999", &["a"], "template"),
            ("n1=many", &[], "template"),
            ("n1=", &[], "template"),
            ("n1=p", &[], "template"),
            ("n1=p2", &["1", "two"], "p2"),
            ("space=p1", &["Maps"], "p1"),
            ("batch=1,p1", &["1,x"], "p1"),
            ("batch=1,,2", &[], "template"),
            ("s2=p1", &["a\0b"], "p1"),
            ("n1=p1&#=x", &[], "p1"),
            ("n1=p1", &["99999999999999999999"], "p1"),
        ];
        for (template, parts, blamed) in table {
            let fault = read(template, &path(parts)).expect_err(template);
            assert_eq!(fault.property_path, blamed, "{template} {parts:?}: {}", fault.message);
        }
    }

    #[test]
    fn a_query_may_leave_out_everything() {
        let template = "s1=p1&n1=p2&batch=p3";
        let none = query(&[("colour", "red"), ("p", "x"), ("p0", "x"), ("p+1", "x"), ("q1", "x")]);
        assert_eq!(read(template, &none).map_err(|fault| fault.message), Ok(Match::default()));
        assert_eq!(read(template, &query(&[("p2", "7")])).map_err(|fault| fault.message), Ok(whole(0, 7)));
        assert_eq!(read(template, &query(&[("p2", "x")])).expect_err("no number").property_path, "p2");
        assert_eq!(read("s1=p3&#=x", &query(&[("p2", "7")])).map_err(|fault| fault.message), Ok(text(0, "x")));
    }

    /// An image, as far as it matters here: its strings, numbers, space and batches. A space is called `s` and its number.
    #[derive(Debug, Clone)]
    struct Picture {
        strings: [u8; 3],
        numbers: [u8; 3],
        space: u8,
        batches: Vec<u8>,
    }

    fn picture() -> impl Strategy<Value = Picture> {
        let three = || proptest::array::uniform3(0_u8..3);
        (three(), three(), 0_u8..3, proptest::collection::vec(0_u8..3, 0..3))
            .prop_map(|(strings, numbers, space, batches)| Picture { strings, numbers, space, batches })
    }

    impl Picture {
        fn has(&self, key: &str, value: &str) -> bool {
            let is = |number: u8| number.to_string() == value;
            match key {
                "s1" => is(self.strings[0]),
                "s2" => is(self.strings[1]),
                "s3" => is(self.strings[2]),
                "n1" => is(self.numbers[0]),
                "n2" => is(self.numbers[1]),
                "n3" => is(self.numbers[2]),
                "space" => is(self.space),
                "spacename" => format!("s{}", self.space) == value,
                "batch" => self.batches.iter().any(|batch| value.split(',').any(|one| batch.to_string() == one)),
                _ => true,
            }
        }

        fn matches(&self, wanted: &Match) -> bool {
            let text = |number: u8| number.to_string();
            wanted.strings.iter().zip(self.strings).all(|(wanted, is)| wanted.as_ref().is_none_or(|w| *w == text(is)))
                && wanted.numbers.iter().zip(self.numbers).all(|(wanted, is)| wanted.is_none_or(|w| w == i64::from(is)))
                && match &wanted.space {
                    None => true,
                    Some(Within::Number(number)) => number.get() == i64::from(self.space),
                    Some(Within::Name(name)) => *name == format!("s{}", self.space),
                }
                && (wanted.batches.is_empty()
                    || self.batches.iter().any(|batch| wanted.batches.contains(&BatchNumber::new(i64::from(*batch)))))
        }
    }

    /// A key, and either a literal or the number of an argument.
    fn condition() -> impl Strategy<Value = (&'static str, Result<u8, usize>)> {
        let keys = ["s1", "s2", "s3", "n1", "n2", "n3", "space", "spacename", "batch", "manifest", "colour"];
        (proptest::sample::select(keys.to_vec()), prop_oneof![(0_u8..3).prop_map(Ok), (1_usize..5).prop_map(Err)])
    }

    proptest! {
        #[test]
        fn it_matches_what_its_conditions_match(
            conditions in proptest::collection::vec(condition(), 0..6),
            arguments in proptest::collection::vec(0_u8..3, 1..4),
            pictures in proptest::collection::vec(picture(), 0..20),
        ) {
            let spell = |key: &str, value: u8| if key == "spacename" { format!("s{value}") } else { value.to_string() };
            // An argument is one for a space's name if anything asks for it as that; then nothing else may.
            let name = conditions.iter().find_map(|(key, value)| (*key == "spacename").then_some(*value)?.err());
            let parts: Vec<String> = (1..)
                .zip(&arguments)
                .map(|(number, value)| spell(if name == Some(number) { "spacename" } else { "" }, *value))
                .collect();
            let clash = |key: &str, number| (key == "spacename") != (name == Some(number));
            prop_assume!(!conditions.iter().any(|(key, value)| value.is_err_and(|number| clash(key, number))));
            let template: Vec<_> = conditions
                .iter()
                .map(|(key, value)| match value {
                    Ok(literal) => format!("{key}={}", spell(key, *literal)),
                    Err(number) => format!("{key}=p{number}"),
                })
                .collect();

            // The last condition of a key counts, if it has a value; that of a space's number counts before that of its name.
            let value = |value: &(&str, Result<u8, usize>)| match value {
                (key, Ok(literal)) => Some(spell(key, *literal)),
                (_, Err(number)) => parts.get(number - 1).cloned(),
            };
            let last: BTreeMap<&str, Option<String>> = conditions.iter().map(|one| (one.0, value(one))).collect();
            let numbered = last.get("space").is_some_and(Option::is_some);
            let naive = |picture: &Picture| last.iter().all(|(key, value)| {
                (*key == "spacename" && numbered) || value.as_ref().is_none_or(|value| picture.has(key, value))
            });

            let wanted = read(&template.join("&"), &Arguments::of_path(parts.clone())).expect("nothing of it is wrong");
            for picture in &pictures {
                prop_assert_eq!(picture.matches(&wanted), naive(picture), "{:?} {:?} {:?}", template, parts, picture);
            }
        }

        #[test]
        fn nothing_breaks_it(
            template in "([sn&=#p1-3,; +]|batch|space|assetOrder|\\PC){0,40}",
            parts in proptest::collection::vec("\\PC{0,5}", 0..4),
        ) {
            if let Ok(wanted) = read(&template, &Arguments::of_path(parts)) {
                prop_assert!(wanted.order.len() <= 6);
            }
        }
    }
}
