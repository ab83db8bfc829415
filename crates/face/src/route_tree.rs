//! Routes in a tree of the segments of their paths. actix-web asks of each route in turn whether its pattern is that of
//! the request, which is a regular expression wherever there is a variable; in a tree a request passes the words of its own
//! branch, and one pattern for each variable of its path.

use std::collections::BTreeMap;
use std::rc::Rc;

use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route};

/// Makes what is at a path, given what is left of its path within the branch that it is in.
type Make = Box<dyn FnOnce(&str) -> Resource>;

/// Makes the answer where there is nothing.
type Miss = Rc<dyn Fn() -> Route>;

/// RouteTree, each at the template of its path. Where a word and a variable both fit a segment, the word is meant.
#[derive(Default)]
pub struct RouteTree(Branch);

/// What is at a path, and what is below it.
#[derive(Default)]
struct Branch {
    here: Option<Make>,
    miss: Option<Miss>,
    // In this order a word comes before a variable: a brace sorts after letters.
    below: BTreeMap<String, Branch>,
}

impl RouteTree {
    /// Puts a resource at a path, whose variables are segments in braces.
    ///
    /// # Panics
    /// There is something already.
    pub fn add(&mut self, template: &str, make: impl FnOnce(&str) -> Resource + 'static) {
        let was = self.branch(template).here.replace(Box::new(make));
        assert!(was.is_none(), "there are two resources at {template}");
    }

    /// Answers for what is nowhere, at a path and below it.
    pub fn miss(&mut self, template: &str, miss: impl Fn() -> Route + 'static) {
        self.branch(template).miss = Some(Rc::new(miss));
    }

    /// Whether there is anything below a path of one segment.
    pub fn begins_with(&self, segment: &str) -> bool {
        self.0.below.contains_key(segment)
    }

    /// Mounts them all.
    ///
    /// # Panics
    /// A variable has two names, or there are resources that nobody reaches: a segment decides on a branch for good.
    pub fn mount(self, config: &mut ServiceConfig) {
        let Branch { here, miss: _, below } = self.0;
        if let Some(here) = here {
            config.service(here("/"));
        }
        for (segment, branch) in below {
            branch.mount(format!("/{segment}"), None, config);
        }
    }

    fn branch(&mut self, template: &str) -> &mut Branch {
        let segments = template.split('/').filter(|segment| !segment.is_empty());
        segments.fold(&mut self.0, |branch, segment| branch.below.entry(segment.to_owned()).or_default())
    }
}

impl Branch {
    fn mount(self, path: String, miss: Option<Miss>, config: &mut ServiceConfig) {
        let Self { here, miss: own, mut below } = self;
        let miss = own.clone().or(miss);
        match (here, below.len()) {
            (Some(here), 0) if own.is_none() => {
                config.service(here(&path));
            }
            (None, 1) if own.is_none() => {
                let (segment, branch) = below.pop_first().expect("there is one");
                branch.mount(format!("{path}/{segment}"), miss, config);
            }
            (here, _) => {
                check(&path, &below);
                let at = miss.clone();
                let scope = web::scope(&path).configure(move |config| {
                    if let Some(here) = here {
                        config.service(here(""));
                    }
                    for (segment, branch) in below {
                        branch.mount(format!("/{segment}"), at.clone(), config);
                    }
                });
                config.service(match miss {
                    Some(miss) => scope.default_service(miss()),
                    None => scope,
                });
            }
        }
    }
}

/// Sees to it that what is below a path is reached. A word with something below it hides what is below a variable beside it,
/// which is meant where it answers for all that is below it.
fn check(path: &str, below: &BTreeMap<String, Branch>) {
    let (variables, words): (Vec<_>, Vec<_>) = below.iter().partition(|(segment, _)| segment.starts_with('{'));
    assert!(variables.len() <= 1, "below {path} a variable has two names");
    let hides = words.iter().any(|(_, branch)| !branch.below.is_empty() && branch.miss.is_none());
    let hidden = variables.iter().any(|(_, branch)| !branch.below.is_empty());
    assert!(!(hides && hidden), "below {path} something is below a word and below a variable");
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use actix_web::test::{TestRequest, call_and_read_body, init_service};
    use actix_web::{App, HttpResponse};

    use super::*;

    fn says(text: &'static str) -> Route {
        web::route().to(move || ready(HttpResponse::Ok().body(text)))
    }

    fn tree(templates: &[&'static str]) -> RouteTree {
        let mut tree = RouteTree::default();
        for template in templates {
            tree.add(template, |path| web::resource(path).route(says(template)));
        }
        tree
    }

    #[tokio::test]
    async fn each_path_is_reached_and_what_is_nowhere_is_missed() {
        let mount = |config: &mut ServiceConfig| {
            let mut tree = tree(&[
                "/",
                "/a",
                "/a/{b}",
                "/a/word",
                "/a/{b}/c",
                "/a/{b}/c/{d}",
                "/a/{b}/c/word",
                "/a/{b}/e/f/{g}.json",
                "/h/{i}/{rest:.*}",
                "/missing/alone",
                "/a/base/c/alone",
            ]);
            tree.miss("/a", || says("missed"));
            tree.miss("/missing", || says("missing"));
            tree.miss("/a/base", || says("not in the base"));
            tree.mount(config);
        };
        let app = init_service(App::new().configure(mount).default_service(says("nowhere"))).await;
        for (path, said) in [
            ("/", "/"),
            ("/a", "/a"),
            ("/a/x", "/a/{b}"),
            ("/a/word", "/a/word"),
            ("/a/x/c", "/a/{b}/c"),
            ("/a/word/c", "/a/{b}/c"),
            ("/a/x/c/y", "/a/{b}/c/{d}"),
            ("/a/x/c/word", "/a/{b}/c/word"),
            ("/a/x/c/words", "/a/{b}/c/{d}"),
            ("/a/x%2Fy/c", "/a/{b}/c"),
            ("/a/x/e/f/y.json", "/a/{b}/e/f/{g}.json"),
            ("/h/x/y/z", "/h/{i}/{rest:.*}"),
            ("/missing/alone", "/missing/alone"),
            ("/a/x/c/y/z", "missed"),
            ("/a/x/e", "missed"),
            ("/a//c", "missed"),
            ("/a/base/c/alone", "/a/base/c/alone"),
            ("/a/base/c", "not in the base"),
            ("/a/base", "not in the base"),
            ("/missing", "missing"),
            ("/missing/x", "missing"),
            ("/ab", "nowhere"),
            ("/h", "nowhere"),
            ("/aa/x", "nowhere"),
        ] {
            assert_eq!(call_and_read_body(&app, TestRequest::get().uri(path).to_request()).await, said, "{path}");
        }
    }

    #[tokio::test]
    #[should_panic(expected = "below a word and below a variable")]
    async fn a_path_that_nobody_would_reach_is_refused() {
        let mount = |config: &mut ServiceConfig| tree(&["/a/{b}/c", "/a/word/d"]).mount(config);
        init_service(App::new().configure(mount)).await;
    }

    #[tokio::test]
    #[should_panic(expected = "two names")]
    async fn a_variable_has_one_name() {
        let mount = |config: &mut ServiceConfig| tree(&["/a/{b}", "/a/{c}/d"]).mount(config);
        init_service(App::new().configure(mount)).await;
    }

    #[test]
    #[should_panic(expected = "two resources")]
    fn a_path_has_one_resource() {
        tree(&["/a/{b}", "/a/{b}"]);
    }
}
