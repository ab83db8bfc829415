//! A class among its neighbours, drawn: those that link to it on the left, those that it links to on the right.

/// How many of each are drawn.
const MOST: usize = 9;
/// From one to the next, in the units of the drawing.
const STEP: usize = 30;

/// A drawing.
#[derive(Debug)]
pub struct Drawing {
    /// How high it is.
    pub height: usize,
    /// Where its middle is, from above.
    pub middle: usize,
    /// Who links to the class.
    pub left: Vec<Neighbour>,
    /// Whom it links to.
    pub right: Vec<Neighbour>,
}

/// A class that another is linked with.
#[derive(Debug)]
pub struct Neighbour {
    /// Where it is, from above.
    pub y: usize,
    /// What it is called.
    pub text: String,
    /// Where it is documented.
    pub href: String,
}

impl Drawing {
    /// The drawing of a class with these neighbours, each a name and where it is documented; none where there are none.
    pub fn of(left: Vec<(String, String)>, right: Vec<(String, String)>) -> Option<Self> {
        let (left, right) = (distinct(left), distinct(right));
        let most = left.len().max(right.len());
        if most == 0 {
            return None;
        }
        let height = (most.max(2) + 1) * STEP;
        Some(Self { height, middle: height / 2, left: placed(left, height), right: placed(right, height) })
    }
}

fn distinct(mut all: Vec<(String, String)>) -> Vec<(String, String)> {
    all.sort();
    all.dedup();
    all.truncate(MOST);
    all
}

fn placed(all: Vec<(String, String)>, height: usize) -> Vec<Neighbour> {
    let apart = height / (all.len() + 1);
    let place = |(at, (text, href)): (usize, (String, String))| Neighbour { y: apart * (at + 1), text, href };
    all.into_iter().enumerate().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), format!("/vocab/{name}"))).collect()
    }

    #[test]
    fn every_neighbour_has_a_place_of_its_own() {
        assert!(Drawing::of(Vec::new(), Vec::new()).is_none());
        let drawing = Drawing::of(named(&["B", "A", "B"]), named(&["C"; 30])).expect("there are some");
        assert_eq!(drawing.left.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!((drawing.right.len(), drawing.right[0].y), (1, drawing.middle));
        let names: Vec<_> = (0..40).map(|number| format!("C{number}")).collect();
        let many = Drawing::of(named(&names.iter().map(String::as_str).collect::<Vec<_>>()), Vec::new());
        let many = many.expect("there are some");
        assert!(
            many.left.windows(2).all(|two| two[1].y >= two[0].y + 20) && many.left.last().expect("one").y < many.height
        );
    }
}
