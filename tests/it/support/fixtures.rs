//! What the loops over the classes need to know of each: where one is, and bodies that are right and wrong.

use serde_json::{Value, json};

use super::{Client, Credentials, Portico, link};

/// Two customers with people and keys, and everybody who can ask.
pub struct Scene {
    /// The administrator of the service.
    pub admin: Client,
    /// A key of the first customer.
    pub owner: Client,
    /// A key of the second customer.
    pub stranger: Client,
    /// Nobody.
    pub anonymous: Client,
    /// The first customer.
    pub customer: Value,
    /// The second customer.
    pub other: Value,
    /// A portal user of the first customer, who has a role.
    pub user: Value,
    /// A second portal user of the first customer.
    pub neighbour: Value,
    /// A key of the first customer that nobody uses.
    pub key: Value,
    /// A named query of the first customer.
    pub query: Value,
    /// An origin strategy of the first customer, with credentials.
    pub origin: Value,
    /// An auth service of the first customer, with another nested in it and a role provider.
    pub service: Value,
    /// A role of the first customer.
    pub role: Value,
    /// A space of the first customer, which gives its images a role.
    pub space: Value,
    /// An image in it.
    pub image: Value,
    /// A batch of the first customer.
    pub batch: Value,
    /// A space of the second customer.
    pub their_space: Value,
    /// A disabled customer below another that is disabled, below the first.
    pub inside: Value,
    /// What is known of a property that the first customer has.
    pub colour: Value,
    /// A search that finds the first customer.
    pub search: Value,
}

impl Scene {
    /// Sets it up, over HTTP.
    pub async fn set(portico: &Portico) -> Self {
        let admin = portico.admin();
        let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
        let mut made = Vec::new();
        for (name, display_name, kind) in [("first", "First Customer", "group"), ("second", "Second Customer", "leaf")]
        {
            let body = json!({"name": name, "displayName": display_name, "kind": kind});
            made.push(admin.post(&customers, &body).await.expect(201).json());
        }
        let [customer, other] = made.try_into().expect("two were made");
        let away = json!({"name": "away", "displayName": "Put Away", "kind": "group"});
        let away = admin.post(link(&customer, "children"), &away).await.expect(201).json();
        let inside = json!({"name": "inside", "displayName": "Inside What Is Put Away"});
        let inside = admin.post(link(&away, "children"), &inside).await.expect(201).json();
        for away in [&inside, &away] {
            admin.post(link(away, "disable"), &json!({})).await.expect(200);
        }
        let owner = sign_in(portico, &admin, &customer).await;
        let stranger = sign_in(portico, &admin, &other).await;
        let users = link(&customer, "portalUsers");
        let user = owner.post(users, &json!({"email": "user@example.org"})).await.expect(201).json();
        owner.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
        let neighbour =
            owner.post(users, &json!({"email": "neighbour@example.org", "uid": "neighbour"})).await.expect(201).json();
        let key = owner.post(link(&customer, "keys"), &json!({})).await.expect(201).json();
        let anonymous = portico.anonymous();
        let make =
            async |property: &str, body: Value| owner.post(link(&customer, property), &body).await.expect(201).json();
        make("namedQueries", json!({"name": "by-number", "template": "n1=p1"})).await;
        let query = make("namedQueries", json!({"name": "by-title", "template": "s1=p1"})).await;
        let strategy = |name: &str| format!("{}/originStrategies/{name}", portico.url);
        make("originStrategies", json!({"regex": "^s3://", "originStrategy": strategy("s3-ambient")})).await;
        let origin = make(
            "originStrategies",
            json!({
                "regex": "^https://images\\.example/",
                "originStrategy": strategy("basic-http-authentication"),
                "credentials": "{\"user\": \"reader\", \"password\": \"correct horse\"}",
            }),
        )
        .await;
        let service = make("authServices", json!({"name": "login", "label": "Sign in"})).await;
        let nested = json!({"name": "token", "profile": "http://iiif.io/api/auth/1/token"});
        owner.post(link(&service, "nestedServices"), &nested).await.expect(201);
        let provider = json!({"configuration": "{\"config\": \"cas\"}", "credentials": "a secret of the provider"});
        owner.put(link(&service, "roleProvider"), &provider).await.expect(201);
        make("roles", json!({"name": "Staff"})).await;
        let role = make("roles", json!({"name": "Members only", "aliases": ["member"]})).await;
        make("spaces", json!({"name": "Maps"})).await;
        let space = make("spaces", json!({"name": "Photographs", "defaultRoles": [link(&role, "@id")]})).await;
        let body = json!({"origin": "https://images.example/1.jpg", "tags": ["map"], "string1": "atlas"});
        let image = owner.put(&format!("{}/page-1", link(&space, "images")), &body).await.expect(201).json();
        let member = |id: &str| json!({"id": id, "space": space["id"], "origin": "https://images.example/2.jpg"});
        let batch = json!({"@type": "Collection", "member": [member("page-2"), member("page-3")]});
        let batch = owner.post(link(&customer, "queue"), &batch).await.expect(201).json();
        // What only those define and grant who may; the first customer is granted both.
        let (entitlement, group) =
            (format!("{}/entitlements/FIXTURE", portico.url), format!("{}/entitlementGroups/FIXTURES", portico.url));
        admin.put(&entitlement, &json!({"description": "Be a fixture"})).await.expect(201);
        admin.put(&group, &json!({"members": ["FIXTURE"]})).await.expect(201);
        admin.post(link(&customer, "entitlements"), &json!({"@id": entitlement})).await.expect(201);
        admin.post(link(&customer, "entitlementGroups"), &json!({"@id": group})).await.expect(201);
        let held = json!({"role": "logManager", "user": user["@id"]});
        admin.post(&format!("{}/userRoles", link(&customer, "@id")), &held).await.expect(201);
        let switchable = format!("{}/customers", link(&user, "@id"));
        admin.post(&switchable, &json!({"switchable": customer["@id"]})).await.expect(201);
        // What customers can have, and what the first one has.
        let colour = json!({
            "key": "colour", "valueType": "enumType", "section": "look", "descriptions": {"english": "Of the walls"},
            "choices": [{"value": "red"}, {"value": "green", "names": {"english": "Green", "norwegian": "Grønn"}}],
        });
        let descriptors = format!("{}/propertyDescriptors", portico.url);
        let colour = admin.post(&descriptors, &colour).await.expect(201).json();
        let height = json!({
            "valueType": "jsonType", "section": "look", "descriptions": {"english": "Of the walls"},
            "default": {"metres": 2.5, "@id": "no identity, but JSON"}, "valueSchema": {"type": "object"},
        });
        admin.put(&format!("{descriptors}/height"), &height).await.expect(201);
        let properties = format!("{}/properties", link(&customer, "@id"));
        admin.put(&format!("{properties}/colour"), &json!({"value": "red"})).await.expect(200);
        let search = json!({"keywords": ["first"], "subCriteria": [{"kind": ["leaf"], "exclude": true}]});
        let search = admin.post(&format!("{}/customerSearches", portico.url), &search).await.expect(201).json();
        let their_space = stranger.post(link(&other, "spaces"), &json!({"name": "Theirs"})).await.expect(201).json();
        Self {
            admin,
            owner,
            stranger,
            anonymous,
            customer,
            other,
            user,
            neighbour,
            key,
            query,
            origin,
            service,
            role,
            space,
            image,
            batch,
            their_space,
            inside,
            colour,
            search,
        }
    }

    /// Whoever the loops invoke an operation as: the owner, where a customer's own keys may.
    pub fn whoever_may(&self, operation: &hydra::OperationDef) -> &Client {
        let is_ordinary = |entitlement: &&str| ["CUSTOMER_READ", "CUSTOMER_WRITE"].contains(entitlement);
        if operation.needs.iter().all(is_ordinary) { &self.owner } else { &self.admin }
    }

    /// Makes another customer below the first; where it is.
    async fn another_customer(&self, kind: &str) -> String {
        let body = json!({"name": unique("customer"), "displayName": "Another", "kind": kind});
        self.admin.post(link(&self.customer, "children"), &body).await.expect(201).id()
    }

    /// Makes another image of the first customer; its whole name.
    async fn another_image(&self) -> (String, String) {
        let id = unique("leaving");
        let url = format!("{}/{id}", link(&self.space, "images"));
        self.owner.put(&url, &json!({"origin": "https://images.example/1.jpg"})).await.expect(201);
        let customer = link(&self.customer, "@id").rsplit_once('/').expect("an address has parts").1;
        (url, format!("{customer}/{}/{id}", self.space["id"]))
    }

    /// Makes another member of a collection of the first customer; where it is.
    async fn another(&self, property: &str, body: Value) -> String {
        self.owner.post(link(&self.customer, property), &body).await.expect(201).id()
    }

    /// A portal user of the first customer with this role, signed in.
    pub async fn portal_user(&self, portico: &Portico, name: &str, role: Option<&str>) -> Client {
        let email = format!("{name}@example.org");
        let body = json!({"email": email, "password": "correct horse battery"});
        let user = self.owner.post(link(&self.customer, "portalUsers"), &body).await.expect(201).json();
        if let Some(role) = role {
            self.owner.post(link(&user, "roles"), &json!({"name": role})).await.expect(201);
        }
        let token = portico.anonymous().sign_in(&email, "correct horse battery").await.expect(200).json();
        portico.client(Credentials::Bearer(token["access_token"].as_str().expect("a token").into()))
    }

    /// Where the loops find one resource of a class, and what they may send it.
    pub async fn of(&self, class: &str) -> Option<Item> {
        let item = match class {
            "EntryPoint" => Item::read_only(self.admin.walk(&[]).await.id()),
            "Customer" => Item {
                url: link(&self.customer, "@id").into(),
                absent: missing_customer(&self.customer),
                right: json!({"displayName": "Another Name"}),
                wrong: json!({"displayName": ""}),
                removable: Some(self.another_customer("leaf").await),
                stuck: Some(link(&self.admin.customer().await, "@id").into()),
                ..Item::default()
            },
            "CustomerAdministration" => Item {
                url: link(&self.customer, "administration").into(),
                absent: format!("{}/administration", missing_customer(&self.customer)),
                right: json!({"alias": "first-alias", "language": "norwegian", "flags": ["singleNetworkDomain"]}),
                wrong: json!({"alias": "first-alias", "flags": ["networkBaseCustomer"]}),
                taken: Some(json!({"alias": "SECOND"})),
                ..Item::default()
            },
            "Activation" => Item {
                absent: format!("{}/activation", missing_customer(&self.customer)),
                removable: Some(format!("{}/activation", self.another_customer("leaf").await)),
                stuck: Some(link(&self.admin.customer().await, "activation").into()),
                blocked: Some((link(&self.inside, "activation").into(), json!({}))),
                ..Item::read_only(link(&self.customer, "activation").into())
            },
            "CustomerMove" => {
                let whose = json!({"name": unique("elsewhere"), "displayName": "Elsewhere", "kind": "group"});
                let customers = link(&self.admin.walk(&[]).await.json(), "customers").to_owned();
                let whose = self.admin.post(&customers, &whose).await.expect(201).json();
                let person = json!({"email": unique("gains@example.org")});
                let person = self.admin.post(link(&whose, "portalUsers"), &person).await.expect(201).json();
                self.admin.post(link(&person, "roles"), &json!({"name": "readonly"})).await.expect(201);
                Item {
                    url: format!("{}/move", link(&self.customer, "@id")),
                    absent: format!("{}/move", missing_customer(&self.customer)),
                    submitted: json!({"parent": self.admin.customer().await["@id"]}),
                    wrong: json!({"parent": missing_customer(&self.customer)}),
                    blocked: Some((format!("{}/move", link(&self.customer, "@id")), json!({"parent": whose["@id"]}))),
                    ..Item::default()
                }
            }
            "CustomerDisabling" => Item {
                absent: format!("{}/disable", missing_customer(&self.customer)),
                blocked: Some((format!("{}/disable", link(&self.admin.customer().await, "@id")), json!({}))),
                ..Item::read_only(format!("{}/disable", self.another_customer("leaf").await))
            },
            "CustomerReenabling" => Item {
                absent: format!("{}/reenable", missing_customer(&self.customer)),
                blocked: Some((format!("{}/reenable", link(&self.inside, "@id")), json!({}))),
                ..Item::read_only(format!("{}/reenable", self.another_customer("leaf").await))
            },
            "PortalUser" => Item {
                url: link(&self.user, "@id").into(),
                absent: missing_sibling(link(&self.user, "@id")),
                right: json!({"email": "user@example.org", "enabled": true}),
                wrong: json!({"email": "not an address"}),
                taken: Some(json!({"email": "NEIGHBOUR@example.org"})),
                unused: Some((unused_sibling(link(&self.user, "@id")), json!({"email": "replaced@example.org"}))),
                removable: Some(self.another("portalUsers", json!({"email": unique("leaving@example.org")})).await),
                ..Item::default()
            },
            "Entitlement" => {
                let all = link(&self.admin.walk(&[]).await.json(), "entitlements").to_owned();
                Item {
                    url: format!("{all}/FIXTURE"),
                    absent: format!("{all}/absent"),
                    right: json!({"description": "Be a fixture", "core": false}),
                    wrong: json!({"name": "ANOTHER", "core": "perhaps"}),
                    // A group has it that allows no core entitlements.
                    taken: Some(json!({"core": true})),
                    unused: Some((format!("{all}/{}", unique("PUT:THERE")), json!({}))),
                    removable: Some(self.define("entitlements", json!({})).await),
                    ..Item::default()
                }
            }
            "EntitlementGroup" => {
                let all = link(&self.admin.walk(&[]).await.json(), "entitlementGroups").to_owned();
                Item {
                    url: format!("{all}/FIXTURES"),
                    absent: format!("{all}/absent"),
                    right: json!({"description": "What fixtures may do", "members": ["FIXTURE"]}),
                    wrong: json!({"members": ["UNDEFINED"]}),
                    unused: Some((format!("{all}/{}", unique("PUT:THERE")), json!({"members": ["FIXTURE"]}))),
                    removable: Some(self.define("entitlementGroups", json!({})).await),
                    ..Item::default()
                }
            }
            "EntitlementGrant" => {
                let grants = link(&self.customer, "entitlements");
                let leaving = self.define("entitlements", json!({})).await;
                self.admin.post(grants, &json!({"@id": leaving})).await.expect(201);
                Item {
                    removable: Some(format!("{grants}/{}", last(&leaving))),
                    stuck: Some(format!("{grants}/CUSTOMER_GET_ITSELF")),
                    ..Item::read_only(format!("{grants}/FIXTURE"))
                }
            }
            "GroupGrant" => {
                let grants = link(&self.customer, "entitlementGroups");
                let leaving = self.define("entitlementGroups", json!({})).await;
                self.admin.post(grants, &json!({"@id": leaving})).await.expect(201);
                Item {
                    removable: Some(format!("{grants}/{}", last(&leaving))),
                    ..Item::read_only(format!("{grants}/FIXTURES"))
                }
            }
            "EulaStatus" => Item {
                absent: format!("{}/eula", missing_customer(&self.customer)),
                right: json!({"revision": "2"}),
                wrong: json!({"revision": " "}),
                removable: Some(link(&self.customer, "eula").into()),
                ..Item::read_only(link(&self.customer, "eula").into())
            },
            "Eula" => {
                let url: String = link(&self.admin.walk(&[]).await.json(), "eula").into();
                Item {
                    right: json!({"revision": "2026-01"}),
                    wrong: json!({"revision": null}),
                    removable: Some(url.clone()),
                    ..Item::read_only(url)
                }
            }
            "ApiKey" => {
                // It is only for those who belong to the customer.
                let url: String = link(&self.admin.customer().await, "apiKey").into();
                Item { removable: Some(url.clone()), ..Item::read_only(url) }
            }
            "SwitchableCustomer" => {
                let list = |user: &Value| format!("{}/customers", link(user, "@id"));
                let number = |customer| last(link(customer, "@id"));
                self.admin.post(&list(&self.neighbour), &json!({"name": "second"})).await;
                Item {
                    removable: Some(format!("{}/{}", list(&self.neighbour), number(&self.other))),
                    ..Item::read_only(format!("{}/{}", list(&self.user), number(&self.customer)))
                }
            }
            "Domain" => self.global("domains").await,
            "UserRoleAssignment" => {
                let at = |role: &str| format!("{}/userRoles/{role}", link(&self.customer, "@id"));
                let held = |role: &str| json!({"role": role, "user": self.user["@id"]});
                self.admin.post(&at("")[..at("").len() - 1], &held("accountManager")).await;
                Item {
                    url: at("logManager"),
                    absent: at("absent"),
                    right: held("logManager"),
                    wrong: json!({"role": "logManager", "user": missing_sibling(link(&self.user, "@id"))}),
                    unused: Some((at("tiManager"), held("tiManager"))),
                    removable: Some(at("accountManager")),
                    ..Item::default()
                }
            }
            "PropertyDescriptor" => {
                let url = link(&self.colour, "@id");
                let text = json!({"valueType": "stringType", "section": "look", "descriptions": {"english": "Any"}});
                let of = |choices: &[&str]| {
                    let choices: Vec<_> = choices.iter().map(|value| json!({"value": value})).collect();
                    let descriptions = json!({"english": "Of the walls"});
                    json!({"valueType": "enumType", "section": "look", "descriptions": descriptions, "choices": choices})
                };
                let mut leaving = text.clone();
                leaving["key"] = json!(unique("leaving"));
                let all = link(&self.admin.walk(&[]).await.json(), "propertyDescriptors").to_owned();
                Item {
                    url: url.into(),
                    absent: missing_sibling(url),
                    right: of(&["red", "green", "blue"]),
                    wrong: json!({"valueType": "enumType", "section": "look", "descriptions": {"norwegian": "Farge"}}),
                    // The first customer has a value that would go.
                    taken: Some(of(&["green"])),
                    unused: Some((format!("{all}/{}", unique("put.there")), text)),
                    removable: Some(self.admin.post(&all, &leaving).await.expect(201).id()),
                    ..Item::default()
                }
            }
            "CustomerProperty" => {
                let at = |key: &str| format!("{}/properties/{key}", link(&self.customer, "@id"));
                self.admin.put(&at("height"), &json!({"value": {"metres": 3}})).await.expect(200);
                Item {
                    url: at("colour"),
                    absent: at("absent"),
                    right: json!({"value": "red"}),
                    wrong: json!({"value": "a colour that there is not"}),
                    removable: Some(at("height")),
                    ..Item::default()
                }
            }
            "Logo" => {
                let url = format!("{}/logo", link(&self.customer, "@id"));
                Item {
                    absent: format!("{}/logo", missing_customer(&self.customer)),
                    media: Some(("image/png", super::origin::picture(40, 30, image::ImageFormat::Png))),
                    removable: Some(url.clone()),
                    ..Item::read_only(url)
                }
            }
            "CustomerData" => {
                let leaving = format!("{}/data", self.another_customer("leaf").await);
                let authorization = format!("{leaving}/pruneAuthorization");
                let authorization = self.admin.post(&authorization, &json!({})).await.expect(200).json();
                Item {
                    absent: format!("{}/data", missing_customer(&self.customer)),
                    removable: Some(leaving),
                    token: Some(link(&authorization, "token").into()),
                    ..Item::read_only(format!("{}/data", link(&self.customer, "@id")))
                }
            }
            "PruneAuthorization" => Item {
                absent: format!("{}/data/pruneAuthorization", missing_customer(&self.customer)),
                submitted: json!({}),
                wrong: json!({"password": 7}),
                ..Item::read_only(format!("{}/data/pruneAuthorization", link(&self.customer, "@id")))
            },
            "CustomerSearch" => Item::read_only(link(&self.search, "@id").into()),
            "NamedQuery" => Item {
                url: link(&self.query, "@id").into(),
                absent: missing_sibling(link(&self.query, "@id")),
                right: json!({"name": "by-title", "template": "s1=p1&n1=2"}),
                wrong: json!({"name": "with space"}),
                taken: Some(json!({"name": "BY-NUMBER", "template": "s1=p1"})),
                forbidden: Some(json!({"name": "by-title", "template": "s1=p1", "global": true})),
                unused: Some((
                    unused_sibling(link(&self.query, "@id")),
                    json!({"name": "put-there", "template": "space=p1"}),
                )),
                removable: Some(
                    self.another("namedQueries", json!({"name": unique("leaving"), "template": "s1=x"})).await,
                ),
                ..Item::default()
            },
            "OriginStrategy" => self.global("originStrategies").await,
            "StoragePolicy" => self.global("storagePolicies").await,
            "ThumbnailPolicy" => self.global("thumbnailPolicies").await,
            "ImageOptimisationPolicy" => self.global("imageOptimisationPolicies").await,
            "CustomerOriginStrategy" => {
                let ambient = link(&self.origin, "originStrategy").replace("basic-http-authentication", "s3-ambient");
                let url = link(&self.origin, "@id");
                Item {
                    url: url.into(),
                    absent: missing_sibling(url),
                    right: json!({"regex": "^https://images\\.example/", "originStrategy": ambient, "order": 2}),
                    wrong: json!({"regex": "(unclosed", "originStrategy": ambient}),
                    taken: Some(json!({"regex": "^s3://", "originStrategy": ambient})),
                    unused: Some((unused_sibling(url), json!({"regex": "put-there", "originStrategy": ambient}))),
                    removable: Some({
                        let body = json!({"regex": unique("leaving"), "originStrategy": ambient});
                        self.another("originStrategies", body).await
                    }),
                    ..Item::default()
                }
            }
            "AuthService" => Item {
                url: link(&self.service, "@id").into(),
                absent: missing_sibling(link(&self.service, "@id")),
                right: json!({"name": "login", "timeToLive": 1800}),
                wrong: json!({"name": "login", "timeToLive": 1e30}),
                taken: Some(json!({"name": "CLICKTHROUGH"})),
                unused: Some((unused_sibling(link(&self.service, "@id")), json!({"name": "put-there"}))),
                removable: Some(self.another("authServices", json!({"name": unique("leaving")})).await),
                stuck: Some({
                    // The service that every customer begins with gives the role that every customer begins with.
                    let services = self.owner.get(link(&self.customer, "authServices")).await.json();
                    link(&services["member"][0], "@id").into()
                }),
                ..Item::default()
            },
            "RoleProvider" => {
                let provider = |service: &str| format!("{service}/roleProvider");
                let fresh = self.another("authServices", json!({"name": unique("without-provider")})).await;
                let leaving = self.another("authServices", json!({"name": unique("leaving-provider")})).await;
                Item {
                    url: link(&self.service, "roleProvider").into(),
                    absent: provider(&missing_sibling(link(&self.service, "@id"))),
                    right: json!({"configuration": "{\"config\": \"oidc\"}"}),
                    wrong: json!({"configuration": "not an object"}),
                    unused: Some((provider(&fresh), json!({"configuration": "{}"}))),
                    removable: Some(provider(&leaving)),
                    ..Item::default()
                }
            }
            "Role" => Item {
                url: link(&self.role, "@id").into(),
                absent: missing_sibling(link(&self.role, "@id")),
                right: json!({"name": "Members only", "label": "Members", "aliases": ["member", "reader"]}),
                wrong: json!({"name": ""}),
                unused: Some((unused_sibling(link(&self.role, "@id")), json!({"name": "Put there"}))),
                removable: Some(self.another("roles", json!({"name": unique("leaving")})).await),
                stuck: Some(link(&self.role, "@id").into()),
                ..Item::default()
            },
            "Space" => Item {
                url: link(&self.space, "@id").into(),
                absent: missing_sibling(link(&self.space, "@id")),
                right: json!({
                    "name": "Photographs", "defaultTags": ["photograph"], "defaultMaxUnauthorised": 400,
                    "defaultRoles": [link(&self.role, "@id")],
                }),
                wrong: json!({"name": "Photographs", "defaultMaxUnauthorised": -2}),
                taken: Some(json!({"name": "MAPS"})),
                unused: Some((unused_sibling(link(&self.space, "@id")), json!({"name": "Put there"}))),
                removable: Some(self.another("spaces", json!({"name": unique("Leaving")})).await),
                stuck: Some(link(&self.space, "@id").into()),
                ..Item::default()
            },
            "Image" => Item {
                url: link(&self.image, "@id").into(),
                absent: missing_sibling(link(&self.image, "@id")),
                right: json!({"origin": "https://images.example/1.jpg", "tags": ["map", "old"], "number1": 7}),
                wrong: json!({"origin": "gopher://images.example/1.jpg"}),
                unused: Some((
                    format!("{}/put%20there", link(&self.space, "images")),
                    json!({"origin": "https://images.example/3.jpg"}),
                )),
                removable: Some(self.another_image().await.0),
                full: Some((
                    format!("{}/no-room", link(&self.their_space, "images")),
                    json!({"origin": "https://images.example/3.jpg"}),
                )),
                ..Item::default()
            },
            "ImageDeletion" => Item {
                absent: format!("{}/deleteImages", missing_customer(&self.customer)),
                submitted: json!({"member": [{"id": self.another_image().await.1}]}),
                wrong: json!({"member": [{"id": "2/999/absent"}]}),
                ..Item::read_only(link(&self.customer, "deleteImages").into())
            },
            "CustomerStorage" => Item {
                absent: format!("{}/storage", missing_customer(&self.customer)),
                ..Item::read_only(link(&self.customer, "storage").into())
            },
            "SpaceStorage" => Item {
                absent: format!("{}/storage", missing_sibling(link(&self.space, "@id"))),
                ..Item::read_only(link(&self.space, "storage").into())
            },
            "ImageStorage" => Item {
                absent: format!("{}/storage", missing_sibling(link(&self.image, "@id"))),
                ..Item::read_only(link(&self.image, "storage").into())
            },
            "Batch" => Item::read_only(link(&self.batch, "@id").into()),
            "BatchTest" => Item {
                absent: format!("{}/test", missing_sibling(link(&self.batch, "@id"))),
                ..Item::read_only(link(&self.batch, "test").into())
            },
            "PortalRole" => {
                let roles = self.owner.walk(&["portalRoles"]).await.json();
                Item::read_only(link(&roles["member"][0], "@id").into())
            }
            "RoleGrant" => {
                let roles = self.owner.get(link(&self.user, "roles")).await.expect(200).json();
                let grant: String = link(&roles["member"][0], "grant").into();
                // The neighbour's grant is there to be removed.
                let granted = self.owner.post(link(&self.neighbour, "roles"), &json!({"name": "admin"})).await.json();
                Item { removable: Some(link(&granted, "grant").into()), ..Item::read_only(grant) }
            }
            "Key" => Item {
                removable: Some(self.owner.post(link(&self.customer, "keys"), &json!({})).await.expect(201).id()),
                stuck: Some({
                    let keys = self.admin.get(link(&self.admin.customer().await, "keys")).await.json();
                    link(&keys["member"][0], "@id").into()
                }),
                ..Item::read_only(link(&self.key, "@id").into())
            },
            "Queue" => self.queue("queue"),
            "PriorityQueue" => self.queue("queue/priority"),
            _ => return None,
        };
        Some(item)
    }

    /// Defines something that nobody has; where it is.
    async fn define(&self, property: &str, mut body: Value) -> String {
        body["name"] = json!(unique("LEAVING"));
        let all = link(&self.admin.walk(&[]).await.json(), property).to_owned();
        self.admin.post(&all, &body).await.expect(201).id()
    }

    fn queue(&self, path: &str) -> Item {
        let member = |space: &Value| json!({"space": space["id"], "origin": "https://images.example/4.jpg"});
        Item {
            absent: format!("{}/{path}", missing_customer(&self.customer)),
            submitted: json!({"member": [member(&self.space)]}),
            wrong: json!({"member": [{"space": 999, "origin": "https://images.example/4.jpg"}]}),
            full: Some((format!("{}/{path}", link(&self.other, "@id")), json!([member(&self.their_space)]))),
            ..Item::read_only(format!("{}/{path}", link(&self.customer, "@id")))
        }
    }

    /// One of those that are the same for all customers.
    async fn global(&self, property: &str) -> Item {
        let all = self.owner.walk(&[property]).await.json();
        Item::read_only(link(&all["member"][0], "@id").into())
    }

    /// Where the loops find one collection, by the class that has the link and the link.
    pub async fn collection(&self, owner: &str, property: &str) -> Collected {
        let entry = self.admin.walk(&[]).await.json();
        let source = match owner {
            "EntryPoint" => &entry,
            "Customer" => &self.customer,
            "CustomerSearch" => &self.search,
            "PortalUser" => &self.user,
            "AuthService" => &self.service,
            "NamedQuery" => &self.query,
            "Space" => &self.space,
            "Batch" => &self.batch,
            "Queue" => &self.owner.get(link(&self.customer, "queue")).await.expect(200).json(),
            _ => panic!("where is a {owner}?"),
        };
        // Not everybody is shown every link.
        let url = source[property].as_str().map_or_else(|| format!("{}/{property}", link(source, "@id")), String::from);
        let absent = match owner {
            "Customer" => Some(format!("{}/{property}", missing_customer(&self.customer))),
            "Queue" => Some(format!("{}/queue/{property}", missing_customer(&self.customer))),
            "PortalUser" | "AuthService" | "NamedQuery" | "Space" | "Batch" | "CustomerSearch" => {
                Some(format!("{}/{property}", missing_sibling(link(source, "@id"))))
            }
            _ => None,
        };
        let ambient = link(&self.origin, "originStrategy").replace("basic-http-authentication", "s3-ambient");
        let (right, wrong, taken, again) = match (owner, property) {
            ("EntryPoint", "customers") => (
                json!({"name": "third", "displayName": "Third"}),
                json!({"name": "v2"}),
                Some(json!({"name": "FIRST", "displayName": "Again"})),
                None,
            ),
            ("Customer", "children") => (
                json!({"name": "child", "displayName": "Child"}),
                json!({"name": "child", "displayName": "Child", "kind": "twig"}),
                Some(json!({"name": "FIRST", "displayName": "Again"})),
                None,
            ),
            ("EntryPoint", "entitlements") => (
                json!({"name": unique("NEW"), "description": "Be new", "core": true}),
                json!({"name": "with space"}),
                Some(json!({"name": "FIXTURE"})),
                None,
            ),
            ("EntryPoint", "entitlementGroups") => (
                json!({"name": unique("NEW"), "members": ["FIXTURE"], "allowCoreEntitlements": true}),
                json!({"name": unique("NEW"), "members": ["CUSTOMER_GET_ITSELF"]}),
                Some(json!({"name": "FIXTURES"})),
                None,
            ),
            ("EntryPoint", "propertyDescriptors") => {
                let of = |key: &str| {
                    let descriptions = json!({"english": "Any"});
                    json!({"key": key, "valueType": "numberType", "section": "new", "descriptions": descriptions})
                };
                let wrong = json!({"key": unique("new"), "valueType": "colour", "section": "new"});
                (of(&unique("new")), wrong, Some(of("colour")), None)
            }
            ("EntryPoint", "customerSearches") => {
                (json!({"kind": ["group"], "includeDeleted": true}), json!({"parent": ["nobody"]}), None, None)
            }
            ("Customer", "entitlements") => (
                json!({"name": "SELF_GET_CUSTOMER"}),
                json!({"name": "UNDEFINED"}),
                Some(json!({"name": "ADMIN_ALL_CUSTOMERS"})),
                Some(json!({"name": "FIXTURE"})),
            ),
            ("Customer", "entitlementGroups") => (
                json!({"name": "SELF_USER_ENTITLEMENT_GROUP"}),
                json!({"name": "UNDEFINED"}),
                Some(json!({"name": "SUPER_ADMIN"})),
                Some(json!({"name": "FIXTURES"})),
            ),
            ("PortalUser", "customers") => {
                (json!({"name": "second"}), json!({"name": "nobody"}), None, Some(json!({"name": "first"})))
            }
            ("Customer", "userRoles") => (
                json!({"role": "technicalAccountManager", "user": self.user["@id"]}),
                json!({"role": "cook", "user": self.user["@id"]}),
                None,
                Some(json!({"role": "logManager", "user": self.neighbour["@id"]})),
            ),
            ("Customer", "portalUsers") => (
                json!({"email": "new@example.org", "enabled": false, "mobile": "+442079460000"}),
                json!({"email": 7, "enabled": "perhaps"}),
                Some(json!({"email": "User@Example.Org"})),
                None,
            ),
            ("PortalUser", "roles") => {
                (json!({"name": "admin"}), json!({"name": "nobody"}), None, Some(json!({"name": "readonly"})))
            }
            ("Customer", "namedQueries") => (
                json!({"name": "new", "template": "s1=p1&space=p2"}),
                json!({"name": "new"}),
                Some(json!({"name": "BY-title", "template": "s1=p1"})),
                None,
            ),
            ("Customer", "originStrategies") => (
                json!({"regex": "new", "originStrategy": ambient, "optimised": true}),
                json!({"regex": "*", "originStrategy": ambient}),
                Some(json!({"regex": "^s3://", "originStrategy": ambient})),
                None,
            ),
            ("Customer", "authServices") => (
                json!({"name": "new", "label": "A new service"}),
                json!({"label": "nameless"}),
                Some(json!({"name": "LOGIN"})),
                None,
            ),
            ("AuthService", "nestedServices") => (
                json!({"name": "new-nested", "profile": "http://iiif.io/api/auth/1/logout"}),
                json!({"label": "nameless"}),
                Some(json!({"name": "Token"})),
                None,
            ),
            ("Customer", "roles") => (
                json!({"name": "New role", "authService": link(&self.service, "@id")}),
                json!({"name": "???"}),
                Some(json!({"name": "members Only"})),
                None,
            ),
            ("Customer", "spaces") => (
                json!({"name": "New", "defaultTags": ["new"]}),
                json!({"name": "New", "defaultRoles": [missing_sibling(link(&self.role, "@id"))]}),
                Some(json!({"name": "photographs"})),
                None,
            ),
            ("Space", "images") => (
                json!({"origin": "https://images.example/5.jpg", "string2": "new"}),
                json!({"origin": "nowhere"}),
                Some(json!({"id": "page-1", "origin": "https://images.example/5.jpg"})),
                None,
            ),
            ("Customer", "allImages") => {
                let whole = |image: &str| json!({"member": [{"@id": link(&self.image, "@id")}, {"id": image}]});
                let (customer, space) = (&self.customer["@id"], &self.space["id"]);
                let customer = customer.as_str().and_then(|id| id.rsplit('/').next()).expect("an address has parts");
                let here = format!("{customer}/{space}/page-2");
                (json!({}), json!({"member": [{"id": "page-1"}]}), None, Some(whole(&here)))
            }
            _ => (json!({}), json!({}), None, None),
        };
        let changes = json!({"member": [{"@id": link(&self.image, "@id"), "string3": unique("changed")}]});
        let full = (owner == "Space").then(|| {
            let url = link(&self.their_space, "images").to_owned();
            (url, json!({"origin": "https://images.example/5.jpg"}))
        });
        let forbidden =
            (property == "namedQueries").then(|| json!({"name": "for-all", "template": "s1=p1", "global": true}));
        let whole = (owner == "PortalUser").then(|| json!({"member": [{"name": "first"}]}));
        Collected { url, absent, right, wrong, taken, again, forbidden, changes, whole, full }
    }
}

async fn sign_in(portico: &Portico, admin: &Client, customer: &Value) -> Client {
    let key = admin.post(link(customer, "keys"), &json!({})).await.expect(201).json();
    let text = |name: &str| key[name].as_str().expect("a new key has both halves").to_owned();
    portico.client(Credentials::Basic(text("key"), text("secret")))
}

/// One resource of a class.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Where it is.
    pub url: String,
    /// Where there is none.
    pub absent: String,
    /// A body that is right for PUT and PATCH.
    pub right: Value,
    /// A body that breaks a rule.
    pub wrong: Value,
    /// A body that takes what another has.
    pub taken: Option<Value>,
    /// A body that its owner may not send.
    pub forbidden: Option<Value>,
    /// Where there is none and may be one, with a body that makes it.
    pub unused: Option<(String, Value)>,
    /// Where one is that may be removed.
    pub removable: Option<String>,
    /// Where one is that cannot be removed, because something else stands in the way.
    pub stuck: Option<String>,
    /// Where one is for which something stands in the way of a POST, with the body.
    pub blocked: Option<(String, Value)>,
    /// A body that is right for POST.
    pub submitted: Value,
    /// Where a customer without room for more has one, with a body that asks for more.
    pub full: Option<(String, Value)>,
    /// A file that is right for PUT, and its media type.
    pub media: Option<(&'static str, Vec<u8>)>,
    /// The authorisation that the removal takes.
    pub token: Option<String>,
}

impl Item {
    fn read_only(url: String) -> Self {
        let absent = missing_sibling(&url);
        Self { url, absent, right: json!({}), wrong: json!({}), ..Self::default() }
    }
}

/// One collection.
#[derive(Debug, Clone)]
pub struct Collected {
    /// Where it is.
    pub url: String,
    /// The same collection of an owner that does not exist.
    pub absent: Option<String>,
    /// A body that makes a member.
    pub right: Value,
    /// A body that breaks a rule.
    pub wrong: Value,
    /// A body that takes what another has.
    pub taken: Option<Value>,
    /// A body that asks for what is so already.
    pub again: Option<Value>,
    /// A body that the owner of the collection may not send.
    pub forbidden: Option<Value>,
    /// A body that changes several members.
    pub changes: Value,
    /// A body that names all members that there are to be.
    pub whole: Option<Value>,
    /// Where a customer without room for more has one, with a body that asks for more.
    pub full: Option<(String, Value)>,
}

/// The last part of an address.
fn last(url: &str) -> &str {
    url.rsplit('/').next().expect("an address has parts")
}

/// A name that no other has: loops ask for the same fixture more than once.
fn unique(name: &str) -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("n{}-{name}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An address like this one at which there is nothing.
pub fn missing_sibling(url: &str) -> String {
    let (parent, last) = url.rsplit_once('/').expect("an address has parts");
    let absent = match last.len() {
        36 => "ffffffff-ffff-4fff-bfff-ffffffffffff",
        _ if last.parse::<i64>().is_ok() => "999999",
        _ => "absent",
    };
    format!("{parent}/{absent}")
}

/// The address of a customer that does not exist.
pub fn missing_customer(customer: &Value) -> String {
    let (parent, _) = link(customer, "@id").rsplit_once('/').expect("an address has parts");
    format!("{parent}/999999")
}

/// An address like this one, at which something may be made.
pub fn unused_sibling(url: &str) -> String {
    let (parent, last) = url.rsplit_once('/').expect("an address has parts");
    let unused = if last.parse::<i64>().is_ok() { "4711" } else { "eeeeeeee-eeee-4eee-beee-eeeeeeeeeeee" };
    format!("{parent}/{unused}")
}
