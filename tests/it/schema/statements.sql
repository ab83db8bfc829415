-- NamedQuery: find
SELECT customer_id, uuid, name, shared, template, created_at, id, version, (SELECT epoch FROM authority) FROM "named_query" WHERE "uuid" = ($2) AND ((id IN (SELECT id FROM named_query WHERE customer_id = $1 UNION ALL SELECT id FROM named_query WHERE shared)));
-- NamedQuery: find, among writes
SELECT customer_id, uuid, name, shared, template, created_at, id, version FROM "named_query" WHERE "uuid" = ($2) AND ((id IN (SELECT id FROM named_query WHERE customer_id = $1 UNION ALL SELECT id FROM named_query WHERE shared)));
-- NamedQuery: insert
INSERT INTO "named_query" ("customer_id", "uuid", "created_at", "version", "name_key", "name", "shared", "template") SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted') RETURNING customer_id, uuid, name, shared, template, created_at, id, version;
-- NamedQuery: update
UPDATE "named_query" SET "name_key" = $4, "name" = $5, "shared" = $6, "template" = $7, "version" = "version" + 1 WHERE "customer_id" = ($1) AND "id" = ($2) AND "version" = ($3) RETURNING customer_id, uuid, name, shared, template, created_at, id, version;
-- NamedQuery: delete
DELETE FROM "named_query" WHERE "id" = ($1) AND "version" = ($2);
-- CustomerOriginStrategy: find
SELECT customer_id, uuid, regex, strategy, optimised, precedence, credentials, id, version, (SELECT epoch FROM authority) FROM "customer_origin_strategy" WHERE "uuid" = ($2) AND ((customer_id = $1));
-- CustomerOriginStrategy: find, among writes
SELECT customer_id, uuid, regex, strategy, optimised, precedence, credentials, id, version FROM "customer_origin_strategy" WHERE "uuid" = ($2) AND ((customer_id = $1));
-- CustomerOriginStrategy: insert
INSERT INTO "customer_origin_strategy" ("customer_id", "uuid", "created_at", "version", "regex", "strategy", "optimised", "precedence", "credentials") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted') RETURNING customer_id, uuid, regex, strategy, optimised, precedence, credentials, id, version;
-- CustomerOriginStrategy: update
UPDATE "customer_origin_strategy" SET "regex" = $4, "strategy" = $5, "optimised" = $6, "precedence" = $7, "credentials" = $8, "version" = "version" + 1 WHERE "customer_id" = ($1) AND "id" = ($2) AND "version" = ($3) RETURNING customer_id, uuid, regex, strategy, optimised, precedence, credentials, id, version;
-- CustomerOriginStrategy: delete
DELETE FROM "customer_origin_strategy" WHERE "id" = ($1) AND "version" = ($2);
-- AuthService: find
SELECT customer_id, uuid, name, profile, label, description, page_label, page_description, call_to_action, time_to_live, parent_id, provider_configuration, provider_credentials, id, version, (SELECT epoch FROM authority) FROM "auth_service" WHERE "uuid" = ($2) AND ((customer_id = $1));
-- AuthService: find, among writes
SELECT customer_id, uuid, name, profile, label, description, page_label, page_description, call_to_action, time_to_live, parent_id, provider_configuration, provider_credentials, id, version FROM "auth_service" WHERE "uuid" = ($2) AND ((customer_id = $1));
-- AuthService: insert
INSERT INTO "auth_service" ("customer_id", "uuid", "created_at", "version", "name_key", "name", "profile", "label", "description", "page_label", "page_description", "call_to_action", "time_to_live", "parent_id", "provider_configuration", "provider_credentials") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 WHERE EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted') RETURNING customer_id, uuid, name, profile, label, description, page_label, page_description, call_to_action, time_to_live, parent_id, provider_configuration, provider_credentials, id, version;
-- AuthService: update
UPDATE "auth_service" SET "name_key" = $4, "name" = $5, "profile" = $6, "label" = $7, "description" = $8, "page_label" = $9, "page_description" = $10, "call_to_action" = $11, "time_to_live" = $12, "parent_id" = $13, "provider_configuration" = $14, "provider_credentials" = $15, "version" = "version" + 1 WHERE "customer_id" = ($1) AND "id" = ($2) AND "version" = ($3) RETURNING customer_id, uuid, name, profile, label, description, page_label, page_description, call_to_action, time_to_live, parent_id, provider_configuration, provider_credentials, id, version;
-- AuthService: delete
DELETE FROM "auth_service" WHERE "id" = ($1) AND "version" = ($2);
-- Role: find
SELECT customer_id, slug, name, label, aliases, (SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id), id, version, (SELECT epoch FROM authority) FROM "role" WHERE "slug" = ($2) AND ((customer_id = $1));
-- Role: find, among writes
SELECT customer_id, slug, name, label, aliases, (SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id), id, version FROM "role" WHERE "slug" = ($2) AND ((customer_id = $1));
-- Role: insert
INSERT INTO "role" ("customer_id", "slug", "created_at", "version", "name_key", "name", "label", "aliases", "auth_service_id") SELECT $1, $2, $3, $4, $5, $6, $7, $8, (SELECT id FROM auth_service WHERE customer_id = $1 AND uuid = $9) WHERE EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted') RETURNING customer_id, slug, name, label, aliases, (SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id), id, version;
-- Role: update
UPDATE "role" SET "name_key" = $4, "name" = $5, "label" = $6, "aliases" = $7, "auth_service_id" = (SELECT id FROM auth_service WHERE customer_id = $1 AND uuid = $8), "version" = "version" + 1 WHERE "customer_id" = ($1) AND "id" = ($2) AND "version" = ($3) RETURNING customer_id, slug, name, label, aliases, (SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id), id, version;
-- Role: delete
DELETE FROM "role" WHERE "id" = ($1) AND "version" = ($2);
-- Space: find
SELECT customer_id, number, number, name, created_at, default_tags, default_max_unauthorised, default_roles, coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0), id, version, (SELECT epoch FROM authority) FROM "space" WHERE "number" = ($2) AND ((customer_id = $1));
-- Space: find, among writes
SELECT customer_id, number, number, name, created_at, default_tags, default_max_unauthorised, default_roles, coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0), id, version FROM "space" WHERE "number" = ($2) AND ((customer_id = $1));
-- Space: insert
INSERT INTO "space" ("customer_id", "number", "created_at", "version", "name_key", "name", "default_tags", "default_max_unauthorised", "default_roles") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted') RETURNING customer_id, number, number, name, created_at, default_tags, default_max_unauthorised, default_roles, coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0), id, version;
-- Space: update
UPDATE "space" SET "name_key" = $4, "name" = $5, "default_tags" = $6, "default_max_unauthorised" = $7, "default_roles" = $8, "version" = "version" + 1 WHERE "customer_id" = ($1) AND "id" = ($2) AND "version" = ($3) RETURNING customer_id, number, number, name, created_at, default_tags, default_max_unauthorised, default_roles, coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0), id, version;
-- Space: delete
DELETE FROM "space" WHERE "id" = ($1) AND "version" = ($2);
