//! Files of one room do not know each other in circles, but where a comment says why.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{code, sources};

/// A file by the modules that lead to it, the room first.
type File = Vec<String>;

/// A file that knows others of its room in a circle says so in a comment that begins like this.
const REASON: &str = "// In a circle: ";

#[test]
fn files_of_a_room_do_not_know_each_other_in_circles() {
    let sources = sources();
    let reasons: BTreeSet<File> =
        sources.iter().filter(|(_, text)| text.contains(REASON)).filter_map(|(name, _)| file(name)).collect();
    let files: BTreeMap<File, String> =
        sources.iter().filter_map(|(name, text)| Some((file(name)?, code(text)))).collect();
    let known = Known::of(&files);
    let mut steps = BTreeSet::new();
    for start in files.keys() {
        // Whoever is reached from here and leads back.
        let circle: BTreeSet<&File> =
            known.reached(start).into_iter().filter(|other| known.reached(other).contains(start)).collect();
        if circle.is_disjoint(&reasons.iter().collect()) {
            let of_circle = known.0[start].iter().filter(|(other, _)| circle.contains(other));
            steps.extend(of_circle.map(|(other, by)| format!("{} → {}: {by}", start.join("/"), other.join("/"))));
        }
    }
    assert!(steps.is_empty(), "these know each other in circles:\n{steps:#?}");
}

/// The modules that lead to a file; none where it is no module of a library.
fn file(name: &str) -> Option<File> {
    let (room, path) = name.split_once("/src/")?;
    let mut modules: Vec<_> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if ["mod", "lib", "main"].contains(&modules.last()?.as_str()) {
        modules.pop();
    }
    modules.insert(0, room.to_owned());
    Some(modules)
}

/// Which files a file knows, and by what: what it uses, and the modules that it names in passing.
struct Known<'a>(BTreeMap<&'a File, BTreeMap<File, String>>);

impl<'a> Known<'a> {
    fn of(files: &'a BTreeMap<File, String>) -> Self {
        // What a file lets others use that is another's: a name, and where it is.
        let mut handed: BTreeMap<(&File, String), Option<File>> = BTreeMap::new();
        let mut named: BTreeMap<&File, Vec<File>> = BTreeMap::new();
        for (file, code) in files {
            for (is_public, path) in uses(code) {
                let from_root = absolute(file, &path, files);
                match path.last().filter(|_| is_public) {
                    Some(name) => drop(handed.insert((file, name.clone()), from_root)),
                    None => named.entry(file).or_default().extend(from_root),
                }
            }
            for path in in_passing(code) {
                named.entry(file).or_default().extend(absolute(file, &path, files));
            }
        }
        let found = |path: &File| -> Option<File> {
            let mut path = path.clone();
            for _ in 0..8 {
                let length = (1..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
                let at = path[..length].to_vec();
                let next = path.get(length).and_then(|name| handed.get(&(&at, name.clone())));
                match next {
                    // What is another room's leads out of this one.
                    Some(next) => path = next.as_ref()?.iter().chain(&path[length + 1..]).cloned().collect(),
                    None => return Some(at),
                }
            }
            None
        };
        let known = files.keys().map(|file| {
            let others = named.get(file).into_iter().flatten().filter_map(|path| Some((found(path)?, path.join("::"))));
            (file, others.filter(|(other, _)| other != file && other[0] == file[0]).collect())
        });
        Self(known.collect())
    }

    /// All files that are known by way of others.
    fn reached(&self, start: &File) -> BTreeSet<&File> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&File> = self.0[start].keys().collect();
        while let Some(file) = open.pop() {
            if reached.insert(file) {
                open.extend(self.0[file].keys());
            }
        }
        reached
    }
}

/// The paths that a source uses, and whether it hands them on.
fn uses(code: &str) -> Vec<(bool, Vec<String>)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].rsplit('\n').next().unwrap_or_default().trim();
        if is_visibility(before) {
            let tree = code[at + 4..].split(';').next().unwrap_or_default();
            leaves(&mut Vec::new(), tree, &mut |path| found.push((!before.is_empty(), path)));
        }
    }
    found
}

/// Whether this is what may stand before a use.
fn is_visibility(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text == "pub" || (text.starts_with("pub(") && text.ends_with(')'))
}

/// The leaves of a tree of uses.
fn leaves(stem: &mut Vec<String>, tree: &str, tell: &mut impl FnMut(Vec<String>)) {
    let (path, within) = match tree.split_once('{') {
        Some((path, within)) => (path, within.trim_end().strip_suffix('}')),
        None => (tree, None),
    };
    let length = stem.len();
    let parts = path.split("::").map(|part| part.split(" as ").next().unwrap_or_default().trim());
    stem.extend(parts.filter(|part| !part.is_empty() && *part != "self").map(str::to_owned));
    match within {
        None => tell(stem.clone()),
        Some(within) => {
            let (mut depth, mut start) = (0, 0);
            for (at, letter) in within.char_indices().chain([(within.len(), ',')]) {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        let branch = within[start..at].trim();
                        if !branch.is_empty() {
                            leaves(stem, branch, tell);
                        }
                        start = at + 1;
                    }
                    _ => {}
                }
            }
        }
    }
    stem.truncate(length);
}

/// The paths that a source names without using them first.
fn in_passing(code: &str) -> Vec<Vec<String>> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let mut found = Vec::new();
    for line in code.lines().filter(|line| !line.split_once("use ").is_some_and(|(before, _)| is_visibility(before))) {
        for (at, path) in line
            .split(|letter| !is_part(letter))
            .filter(|word| word.contains("::"))
            .map(|word| (offset(line, word), word))
        {
            // What a macro says of its own room is said where it is used.
            let is_of_macro = line[..at].ends_with('$');
            let parts: Vec<_> = path.split("::").map(str::to_owned).collect();
            if !is_of_macro && !parts[0].is_empty() && parts.len() > 1 {
                found.push(parts);
            }
        }
    }
    found
}

fn offset(line: &str, word: &str) -> usize {
    word.as_ptr() as usize - line.as_ptr() as usize
}

/// A path from the root of its room; none where it leads out of it.
fn absolute(file: &File, path: &[String], files: &BTreeMap<File, String>) -> Option<File> {
    let (first, mut rest) = path.split_first()?;
    let mut from = match first.as_str() {
        "crate" => file[..1].to_vec(),
        "self" => file.clone(),
        "super" => file[..file.len() - 1].to_vec(),
        name => {
            let child: File = file.iter().cloned().chain([name.to_owned()]).collect();
            files.contains_key(&child).then_some(child)?
        }
    };
    while let Some((_, further)) = rest.split_first().filter(|(next, _)| *next == "super") {
        from.pop();
        rest = further;
    }
    Some(from.into_iter().chain(rest.iter().cloned()).collect())
}
