//! What is going on where somebody belongs who comes in, for the first page.

use actix_web::HttpRequest;
use explorer::{News, Overview, Places, placed};
use hydra::PropertyKind;
use resource::SERVED;
use resource::people::introduction::introduce;

use crate::{Portico, exchange, routes};

/// How many of a list are shown.
const MOST: usize = 3;

/// What is going on, as it stands in a page; nothing for nobody, and for whoever belongs to no customer.
pub async fn home(app: &Portico, request: &HttpRequest) -> Option<String> {
    let actor = exchange::actor(app, request, false).await.ok()?;
    let (here, name) = introduce(&app.identities, &actor).await.ok()?.customer?;
    let mut news = Vec::new();
    for class in SERVED {
        for property in class.class().properties.iter().filter(|property| property.news) {
            let template = match property.kind {
                PropertyKind::Many(_) => format!("{}/{}", class.class().path, property.name),
                PropertyKind::Value(..) | PropertyKind::One(_) => class.class().path.to_owned(),
            };
            let Some(path) = placed(&template, &here) else { continue };
            let is_list = |list: &&dyn resource::served::ServedCollection| {
                list.owner().name == class.class().name && list.link() == property.name
            };
            news.extend(match resource::collections().find(is_list) {
                Some(list) => {
                    let query = format!("pageSize={MOST}");
                    let page = Box::pin(routes::glance(list, request, app, &path, &query)).await.ok();
                    page.and_then(|page| News::listed(class.class(), property.name, list.member(), &page))
                }
                None => {
                    let found = Box::pin(routes::glance_at_one(*class, request, app, &path)).await.ok();
                    found.and_then(|(document, _)| News::counted(class.class(), property.name, &document))
                }
            });
        }
    }
    let class = routes::at(SERVED.iter().copied(), |class| *class, &here)?;
    let found = Box::pin(routes::glance_at_one(class, request, app, &here)).await.ok();
    let places = found.map_or_else(Vec::new, |(document, _)| Places::of(class.class(), &document));
    Some(Overview { customer: (name, format!("{}{here}", app.api.base())), places, news }.drawn())
}
