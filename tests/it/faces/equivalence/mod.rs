//! The faces show one and the same: whatever is written through whichever face, all of them agree afterwards on every field
//! that they share, and what one refuses changes nothing in any and is refused by the others.
//!
//! The order of the writes is drawn, and so are their particulars and, where they are said alike everywhere, the face. The
//! draws repeat; a test that fails prints all that was asked, in order.

mod cast;
mod draw;
mod expect;
mod fields;
mod reading;
mod scene;
mod settings;
mod view;
mod write;

use std::collections::BTreeSet;

use serde_json::json;

use self::cast::{Face, Person};
use self::draw::{Draw, EACH, NONE, ONE};
use self::scene::{PASSWORD, Scene};
use self::settings::of_cloudentity;
use self::write::{Turn, Write};
use crate::support::{Answer, Portico, each_database, link};

/// Over how many stories the writes are dealt, each with customers and people of its own.
const STORIES: usize = 3;

impl Scene {
    /// Has a face write, and takes down what is new if it does.
    async fn write(&mut self, face: Face, write: &Write) -> Answer {
        let request = write.request(face, self).unwrap_or_else(|| panic!("{face:?} cannot {write:?}"));
        let answer = self.send(face, &request).await;
        if answer.status < 300 {
            self.learn(write, &answer).await;
        }
        answer
    }

    async fn learn(&mut self, write: &Write, answer: &Answer) {
        match write {
            Write::Create { name, .. } => self.meet(name).await,
            Write::Rename { customer, name } => self.customers[*customer].name.clone_from(name),
            Write::Delete { customer } => {
                let gone = format!("{}/", self.customers[*customer].path);
                self.customers[*customer].is_there = false;
                for person in self.people.iter_mut().filter(|person| person.path.starts_with(&gone)) {
                    person.is_there = false;
                }
            }
            Write::MakePerson { .. } => {
                let made = answer.json();
                let (path, email) = (self.path(link(&made, "@id")).to_owned(), link(&made, "email").to_owned());
                let uuid = path.rsplit('/').next().unwrap_or_default().to_owned();
                self.people.push(Person { path, uuid, email, token: None, is_there: true });
            }
            Write::DeletePerson { person } => self.people[*person].is_there = false,
            _ => {}
        }
    }

    /// Looks at everything that may have changed; all faces agree.
    async fn agree(&mut self) {
        let views = self.survey(Some(&self.views)).await;
        let wrong = self.disagreements(&views);
        assert!(wrong.is_empty(), "the faces disagree:\n{}", wrong.join("\n"));
        self.views = views;
    }

    /// Has all faces that could write what cannot be written: none does, and nothing changes.
    async fn refused(&mut self, faces: &[Face], write: &Write) {
        let told = self.told().await;
        for face in faces {
            let answer = self.write(*face, write).await;
            assert!(is_refusal(&answer), "{write:?} was not refused: {answer}");
        }
        assert_eq!(self.told().await, told, "what is refused leaves no change in the log");
        assert_eq!(self.survey(Some(&self.views)).await, self.views, "what is refused changes nothing");
    }

    /// A group in a group, another group, and a leaf; and somebody in the inner and in the other group.
    async fn open(&mut self, story: usize) {
        self.begin(story).await;
        let makers = [Face::Hydra, Face::Argus];
        for (name, below, kind) in
            [("group", None, "group"), ("inner", Some(1), "group"), ("watched", None, "group"), ("leaf", None, "leaf")]
        {
            let face = if kind == "leaf" { self.one(&Face::ALL) } else { self.one(&makers) };
            let (name, title) = (format!("s{story}-{name}"), format!("The {name} of {story}"));
            // One that Cloudentity makes is inactive where nothing else is said (its contract, §6.1); others are active.
            let is_active = face != Face::Cloudentity;
            self.write(face, &Write::Create { name, title, below, kind, is_active }).await.expect(201);
        }
        for (home, name) in [(3, "watcher"), (2, "member")] {
            let body = json!({"email": format!("{name}.{story}@example.org"), "password": PASSWORD});
            self.write(Face::Hydra, &Write::MakePerson { home, body }).await.expect(201);
            self.sign_in(self.people.len() - 1).await;
        }
        self.write(Face::Hydra, &Write::GiveRole { person: 0, role: "admin" }).await.expect(201);
        let face = self.one(&makers);
        let assignment = Write::Assign { customer: 2, role: "logManager", person: Some(0) };
        assert!(self.write(face, &assignment).await.status < 300);
        let customer = self.customers[4].name.clone();
        let face = self.one(&[Face::Hydra, Face::Cloudentity]);
        assert!(self.write(face, &Write::List { person: 1, customer }).await.status < 300);
        // There is something to be cleared.
        for customer in [3, 4] {
            let (face, settings) = (self.one(&[Face::Hydra, Face::Cloudentity]), of_cloudentity(self, customer));
            let write = Write::Change { customer, settings, whole: false };
            assert!(self.write(face, &write).await.status < 300);
        }
        self.agree().await;
    }

    /// What is disabled comes back from the top down.
    async fn sleep(&mut self) {
        let (turners, activators) = ([Face::Hydra, Face::Argus], [Face::Hydra, Face::Cloudentity]);
        let [outer, inner] = [1, 2].map(|customer| move |turn| Write::Turn { customer, turn });
        for write in [inner(Turn::Disable), outer(Turn::Disable)] {
            let face = self.one(&turners);
            assert!(self.venture(face, &turners, &write).await, "it is disabled");
        }
        self.refused(&turners, &inner(Turn::Reenable)).await;
        self.refused(&activators, &inner(Turn::Activate)).await;
        self.refused(&turners, &Write::Move { customer: 4, below: 1 }).await;
        let (name, title) = ("asleep".to_owned(), "Below what is disabled".to_owned());
        let below = Write::Create { name, title, below: Some(1), kind: "leaf", is_active: true };
        self.refused(&turners, &below).await;
        for (write, faces) in [(outer(Turn::Reenable), turners), (inner(Turn::Activate), activators)] {
            let face = self.one(&faces);
            assert!(self.venture(face, &faces, &write).await, "it comes back");
        }
    }

    /// Has a face write what may be in order, or not; whether it was. If it was not, it is not in others either.
    async fn venture(&mut self, face: Face, faces: &[Face], write: &Write) -> bool {
        if let Write::Accept { person } = write {
            self.sign_in(*person).await;
            self.agree().await;
        }
        let expected = write.expected(self);
        let answer = self.write(face, write).await;
        if answer.status < 300 {
            self.agree().await;
            for expectation in expected {
                expectation.assert(&self.views, &answer);
            }
            return true;
        }
        assert!(is_refusal(&answer), "{write:?} went wrong: {answer}");
        let others: Vec<_> = faces.iter().copied().filter(|other| *other != face).collect();
        // In hypermedia there is something to delete or there is not. Elsewhere to take off what is not there is done at
        // once (contract of Cloudentity, §1.5, §3.4; contract of Argus, §4.7).
        if face == Face::Hydra && answer.status == 404 && write.takes_off() {
            for other in others {
                let answer = self.write(other, write).await;
                assert!(answer.status < 300, "{write:?} was not done at once: {answer}");
            }
            self.agree().await;
        } else {
            self.refused(&others, write).await;
        }
        false
    }
}

/// Whether something was not done because it must not be.
fn is_refusal(answer: &Answer) -> bool {
    matches!(answer.status, 400..=404 | 409 | 412 | 422)
}

/// Has the faces write what is dealt; what was done.
async fn tell(scene: &mut Scene, chapter: &[(&Draw, Option<Face>)]) -> BTreeSet<&'static str> {
    let mut done = BTreeSet::new();
    for (draw, face) in chapter {
        scene.note(draw.name);
        let write = (draw.make)(scene);
        if let Some(face) = face {
            if scene.venture(*face, draw.faces, &write).await {
                done.insert(draw.name);
            }
        } else {
            let faces = scene.shuffled(draw.faces.to_vec());
            scene.refused(&faces, &write).await;
        }
    }
    assert_eq!(scene.survey(None).await.told(), scene.views.told(), "nothing has changed unseen");
    done
}

each_database!(whatever_is_written_through_whichever_face_all_of_them_agree, async |portico: Portico| {
    let mut scene = Scene::set(portico).await;
    let mut deck: Vec<_> =
        EACH.iter().flat_map(|draw| draw.faces.iter().map(move |face| (draw, Some(*face)))).collect();
    deck.extend(ONE.iter().map(|draw| (draw, Some(scene.one(draw.faces)))));
    deck.extend(NONE.iter().map(|draw| (draw, None)));
    let deck = scene.shuffled(deck);
    let mut done = BTreeSet::new();
    for (story, chapter) in deck.chunks(deck.len().div_ceil(STORIES)).enumerate() {
        scene.open(story + 1).await;
        if story == 0 {
            scene.sleep().await;
        }
        done.extend(tell(&mut scene, chapter).await);
    }
    // What stood in the way of something in one story may not in another.
    for story in 1.. {
        let undone = EACH.iter().chain(ONE).filter(|draw| !done.contains(draw.name));
        let chapter: Vec<_> = undone.map(|draw| (draw, Some(scene.one(draw.faces)))).collect();
        if chapter.is_empty() {
            break;
        }
        assert!(story <= 3, "each has to be done at least once, and these alone were: {done:?}");
        scene.open(STORIES + story).await;
        done.extend(tell(&mut scene, &chapter).await);
    }
});
