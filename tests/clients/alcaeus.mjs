// The life of a portal user, as an application on Alcaeus drives it: it knows the URL of the entry point, a token and
// the names of a few properties. Every other URL comes from a link, an operation or a template of the API.

import assert from 'node:assert/strict'

import alcaeus from 'alcaeus'
import rdf from '@zazuko/env'
import Environment from '@zazuko/env/Environment.js'
import formats from '@rdfjs/formats'

import { check, finish, setting, unique } from './checks.mjs'

const DEMO_CUSTOMER = 'riverside-museum'
const JSON_LD = { 'content-type': 'application/ld+json' }
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' }

const url = setting('PORTICO_URL')
const token = setting('PORTICO_TOKEN')

const env = new Environment(alcaeus(), { parent: rdf })
env.formats.import(formats)
env.hydra.defaultHeaders = { authorization: `Bearer ${token}` }
const { hydra, owl, rdf: rdfTerms, rdfs, schema } = env.ns

/** The resource of an answer, which must have the status. */
function rootOf({ response, representation }, status = 200) {
  assert.equal(response.xhr.status, status, `the status of ${response.requestedUri}`)
  assert.ok(representation, `${response.requestedUri} has no representation`)
  assert.ok(representation.root, `${response.requestedUri} has no root resource`)
  return representation.root
}

/** The one resource that a documented link leads to. */
function linked(resource, name) {
  const link = resource.getLinks().find(({ supportedProperty }) => supportedProperty.title === name)
  assert.ok(link, `${resource.id.value} has no link ${name}`)
  assert.equal(link.resources.length, 1, `how many resources ${name} leads to`)
  return link.resources[0]
}

async function follow(resource, name) {
  return rootOf(await linked(resource, name).load())
}

/** A documented property, by its name. */
function documented(supportedClass, name) {
  const supported = supportedClass.supportedProperty.find(({ title }) => title === name)
  assert.ok(supported, `${supportedClass.id.value} has no property ${name}`)
  return supported
}

/** The value of a documented property; nothing if the representation leaves it out. */
function value(resource, name) {
  const property = resource.getProperties().find(({ supportedProperty }) => supportedProperty.title === name)
  assert.ok(property, `${resource.id.value} is of no class with a property ${name}`)
  return property.objects[0]
}

function operation(resource, method) {
  const [found, ...others] = resource.findOperations({ byMethod: method })
  assert.ok(found, `${resource.id.value} has no operation with ${method}`)
  assert.equal(others.length, 0, `further operations of ${resource.id.value} with ${method}`)
  return found
}

/** Once each: the documentation repeats an operation wherever it applies, and its statuses have no names. */
function statuses(supported) {
  return [...new Set(supported.possibleStatus.map(({ statusCode }) => statusCode))]
}

/** A body in the words of the class that an operation expects. */
function body(supported, values) {
  const [expected] = supported.expects
  const members = Object.entries(values).map(([name, given]) => [
    documented(expected, name).property.id.value,
    given,
  ])
  return JSON.stringify({ '@type': expected.id.value, ...Object.fromEntries(members) })
}

/** The URL that a collection's template gives for values of properties. */
function searched(collection, values) {
  const model = env.clownface().blankNode()
  for (const { variable, property } of collection.search.mapping) {
    if (variable in values) {
      model.addOut(property.id, values[variable])
    }
  }
  return collection.search.expand(model)
}

async function search(collection, values) {
  const expanded = searched(collection, values)
  assert.notEqual(expanded, collection.id.value, 'the template ignores the values')
  return rootOf(await env.hydra.loadResource(expanded))
}

/** From a page to the last, along next. */
async function walk(first) {
  const pages = [first]
  for (let page = first; page.view[0].next; pages.push(page)) {
    assert.ok(pages.length < first.totalItems, 'the pages do not end')
    page = rootOf(await page.view[0].next.load())
  }
  return pages
}

/** Sorted: members of a collection are a set in RDF, and Alcaeus gives them in no particular order. */
function ids(resources) {
  return resources.map(({ id }) => id.value).sort()
}

// Discovery

const entryPoint = await check('the entry point is a resource of a documented class', async () => {
  const root = rootOf(await env.hydra.loadResource(url))
  assert.equal(root.id.value, url)
  const types = [...root.types].map(({ id }) => id.value)
  assert.ok(types.some((type) => type.endsWith('#EntryPoint')), `its types are ${types}`)
  return root
})

const documentation = await check('the entry point leads to the documentation', () => {
  const found = entryPoint.apiDocumentation
  assert.ok(found, 'no documentation was loaded')
  assert.ok(found.types.has(hydra.ApiDocumentation))
  assert.ok(found.title, 'the documentation has no title')
  return found
})

await check('the documentation leads back to the entry point', async () => {
  assert.equal(rootOf(await documentation.loadEntrypoint()).id.value, url)
})

await check('the documentation describes the classes that this script meets', () => {
  const titles = documentation.supportedClass.map(({ title }) => title)
  for (const title of ['EntryPoint', 'Customer', 'CustomerCollection', 'PortalUser', 'PortalUserCollection']) {
    assert.ok(titles.includes(title), `${title} is not among ${titles}`)
  }
})

await check('each operation has each of its statuses once', () => {
  for (const { supportedOperation } of documentation.supportedClass) {
    for (const { id, possibleStatus } of supportedOperation) {
      const codes = possibleStatus.map(({ statusCode }) => statusCode)
      assert.equal(codes.length, new Set(codes).size, `${id.value} has the statuses ${codes}`)
    }
  }
})

await check('the entry point has links', () => {
  const names = entryPoint.getLinks().map(({ supportedProperty }) => supportedProperty.title)
  assert.deepEqual(names.slice(0, 3).sort(), ['customers', 'originStrategies', 'portalRoles'])
})

function supportedClass(title) {
  const found = documentation.supportedClass.find((candidate) => candidate.title === title)
  assert.ok(found, `no class is called ${title}`)
  return found
}

function collectionsOf(resource, memberTitle) {
  return ids(resource.getCollections({ predicate: rdfTerms.type, object: supportedClass(memberTitle).id }))
}

await check('the entry point names its collection of customers', () => {
  assert.deepEqual(collectionsOf(entryPoint, 'Customer'), [linked(entryPoint, 'customers').id.value])
})

const customer = await check('customers lead to the demonstration customer', async () => {
  const customers = await follow(entryPoint, 'customers')
  assert.equal(customers.totalItems, customers.member.length)
  const listed = customers.member.find((member) => value(member, 'name') === DEMO_CUSTOMER)
  assert.ok(listed, `no customer is called ${DEMO_CUSTOMER}`)
  const found = rootOf(await listed.load())
  assert.equal(value(found, 'displayName'), 'Riverside Museum of Photography')
  return found
})

await check('the customer names its collection of portal users', () => {
  assert.deepEqual(collectionsOf(customer, 'PortalUser'), [linked(customer, 'portalUsers').id.value])
})

// Reading

const portalUsers = await check('the customer leads to its portal users', async () => {
  const collection = await follow(customer, 'portalUsers')
  assert.ok(collection.types.has(hydra.Collection))
  assert.ok(collection.totalItems >= 5, `${collection.totalItems} portal users`)
  assert.equal(collection.member.length, collection.totalItems)
  return collection
})

await check('members of a collection have their properties', () => {
  const member = portalUsers.member.find((one) => value(one, 'uid') === 'rs-reading-room')
  assert.ok(member, 'the reading room is not among the members')
  assert.equal(value(member, 'email'), 'reading-room@riverside-museum.example')
  assert.equal(value(member, 'enabled'), true)
  assert.ok(value(member, 'created') instanceof Date)
  assert.equal(value(member, 'mobile'), undefined)
  assert.equal(linked(member, 'customer').id.value, customer.id.value)
})

await check('a member is the resource that it leads to', async () => {
  const [member] = portalUsers.member
  const loaded = rootOf(await member.load())
  assert.equal(loaded.id.value, member.id.value)
  for (const name of ['email', 'enabled', 'uid', 'mobile']) {
    assert.deepEqual(value(loaded, name), value(member, name), name)
  }
})

await check('following next from a small page shows every member once', async () => {
  const pageSize = 2
  const pages = await walk(await search(portalUsers, { pageSize }))
  assert.equal(pages.length, Math.ceil(portalUsers.totalItems / pageSize))
  for (const page of pages) {
    assert.equal(page.id.value, portalUsers.id.value)
    assert.equal(page.totalItems, portalUsers.totalItems)
  }
  assert.ok(pages.slice(0, -1).every(({ member }) => member.length === pageSize))
  assert.deepEqual(ids(pages.flatMap(({ member }) => member)), ids(portalUsers.member))
})

await check('following previous from the last page leads to the first', async () => {
  const first = await search(portalUsers, { pageSize: 2 })
  let page = rootOf(await first.view[0].last.load())
  assert.equal(page.view[0].next, undefined)
  let steps = 0
  while (page.view[0].previous) {
    steps += 1
    assert.ok(steps <= portalUsers.totalItems, 'the pages do not begin')
    page = rootOf(await page.view[0].previous.load())
  }
  assert.equal(steps, Math.ceil(portalUsers.totalItems / 2) - 1)
  assert.deepEqual(ids(page.member), ids(first.member))
})

await check('what has not changed is not sent again', async () => {
  const { response } = await linked(entryPoint, 'customers').load()
  const sent = response.xhr.headers.get('etag')
  assert.ok(sent, 'no ETag')
  const again = await linked(entryPoint, 'customers').load()
  assert.equal(again.response, response, 'the answer was not the one in the cache')
})

// Searching

await check('the search template says what each variable means', () => {
  const variables = Object.fromEntries(
    portalUsers.search.mapping.map(({ variable, property }) => [variable, property.id.value]),
  )
  const portalUser = supportedClass('PortalUser')
  assert.equal(variables.q, hydra.freetextQuery.value)
  assert.equal(variables.email, documented(portalUser, 'email').property.id.value)
  assert.equal(variables.enabled, documented(portalUser, 'enabled').property.id.value)
  assert.equal(variables.page, hydra.pageIndex.value)
  assert.equal(variables.pageSize, hydra.limit.value)
})

await check('a search by a property finds what has the value', async () => {
  const found = await search(portalUsers, { email: 'digitisation@riverside-museum.example' })
  assert.equal(found.totalItems, 1)
  assert.equal(value(found.member[0], 'uid'), 'rs-digitisation')
})

await check('a search by a truth value finds what has it', async () => {
  const found = await search(portalUsers, { enabled: false })
  assert.ok(found.totalItems >= 1)
  assert.ok(found.totalItems < portalUsers.totalItems)
  assert.ok(found.member.every((member) => value(member, 'enabled') === false))
  assert.ok(found.member.some((member) => value(member, 'uid') === 'rs-intern-2025'))
})

await check('a search by words finds what contains them', async () => {
  const found = await search(portalUsers, { q: 'reading-room' })
  assert.equal(found.totalItems, 1)
  assert.equal(value(found.member[0], 'uid'), 'rs-reading-room')
})

await check('a search that finds nothing is an empty collection', async () => {
  const found = await search(portalUsers, { email: 'nobody@nowhere.example' })
  assert.equal(found.totalItems, 0)
  assert.equal(found.member.length, 0)
})

await check('an ordered search is in order, from page to page', async () => {
  const emails = async (order) => {
    const pages = await walk(await search(portalUsers, { ...order, pageSize: 1 }))
    return pages.map(({ member: [only] }) => value(only, 'email').toLowerCase())
  }
  const expected = portalUsers.member.map((member) => value(member, 'email').toLowerCase()).sort()
  assert.deepEqual(await emails({ orderBy: 'email' }), expected)
  assert.deepEqual(await emails({ orderByDescending: 'email' }), expected.reverse())
})

// Creating

const create = await check('the collection has a documented operation that creates', () => {
  const found = operation(portalUsers, 'POST')
  const portalUser = supportedClass('PortalUser')
  assert.equal(found.title, 'Creates a new Portal User')
  assert.ok(found.pointer.has(rdfTerms.type, schema.CreateAction).term, 'it is no CreateAction')
  assert.deepEqual(ids(found.expects), [portalUser.id.value])
  assert.equal(found.returns.id.value, portalUser.id.value)
  assert.equal(found.requiresInput, true)
  assert.ok(statuses(found).includes(201))
  assert.equal(found.target.id.value, portalUsers.id.value)
  return found
})

await check('the operation says what a portal user must and may have', () => {
  const [expected] = create.expects
  const flags = (name) => {
    const { required, readable, writable } = documented(expected, name)
    return { required, readable, writable }
  }
  assert.deepEqual(flags('email'), { required: true, readable: true, writable: true })
  assert.deepEqual(flags('enabled'), { required: false, readable: true, writable: true })
  assert.deepEqual(flags('password'), { required: false, readable: false, writable: true })
  assert.deepEqual(flags('customer'), { required: false, readable: true, writable: false })
})

const name = unique('alcaeus')
const email = `${name}@riverside-museum.example`

const created = await check('the operation creates a portal user and answers with it', async () => {
  const values = { email, enabled: true, password: unique('a long pass phrase'), uid: name }
  const answer = await create.invoke(body(create, values), JSON_LD)
  const root = rootOf(answer, 201)
  assert.equal(root.id.value, answer.response.xhr.headers.get('location'))
  assert.equal(value(root, 'email'), email)
  assert.equal(value(root, 'uid'), name)
  assert.equal(value(root, 'enabled'), true)
  assert.equal(value(root, 'password'), undefined)
  assert.equal(linked(root, 'customer').id.value, customer.id.value)
  return root
})

await check('the portal user is at its location and in the collection', async () => {
  const loaded = rootOf(await created.load())
  assert.equal(loaded.id.value, created.id.value)
  assert.equal(value(loaded, 'email'), email)
  const listed = await search(portalUsers, { uid: name })
  assert.deepEqual(ids(listed.member), [created.id.value])
})

await check('an e-mail address that is taken is a conflict that Alcaeus understands', async () => {
  const answer = await create.invoke(body(create, { email }), JSON_LD)
  const problem = rootOf(answer, 409)
  assert.ok(problem.types.has(hydra.Error))
  assert.equal(problem.statusCode, 409)
  assert.match(problem.description, /email/)
})

await check('a body without what is required is an error that Alcaeus understands', async () => {
  const problem = rootOf(await create.invoke(body(create, { enabled: true }), JSON_LD), 400)
  assert.ok(problem.types.has(hydra.Error))
  assert.equal(problem.statusCode, 400)
  assert.equal(problem.description, 'email is required.')
})

await check('a body of an unknown type is refused with the types that are understood', async () => {
  const answer = await create.invoke('email: x', { 'content-type': 'text/yaml' })
  assert.equal(rootOf(answer, 415).statusCode, 415)
  assert.match(answer.response.xhr.headers.get('accept-post'), /application\/ld\+json/)
})

// Updating

await check('PATCH changes what is sent and keeps the rest', async () => {
  const patch = operation(created, 'PATCH')
  assert.ok(patch.pointer.has(rdfTerms.type, schema.UpdateAction).term, 'it is no UpdateAction')
  assert.ok(statuses(patch).includes(205))
  const { response, representation } = await patch.invoke(body(patch, { mobile: '+442079460199' }), JSON_LD)
  assert.equal(response.xhr.status, 205)
  assert.equal(representation, undefined)
  const changed = rootOf(await created.load())
  assert.equal(value(changed, 'mobile'), '+442079460199')
  assert.equal(value(changed, 'email'), email)
  assert.equal(value(changed, 'uid'), name)
})

await check('PATCH answers with the resource if that is preferred', async () => {
  const patch = operation(created, 'PATCH')
  const headers = { ...MERGE_PATCH, prefer: 'return=representation' }
  const answer = await patch.invoke(JSON.stringify({ enabled: false, mobile: null }), headers)
  const changed = rootOf(answer)
  assert.equal(changed.id.value, created.id.value)
  assert.equal(value(changed, 'enabled'), false)
  assert.equal(value(changed, 'mobile'), undefined)
  assert.equal(answer.response.xhr.headers.get('preference-applied'), 'return=representation')
})

await check('PUT replaces the portal user and answers with it', async () => {
  const put = operation(created, 'PUT')
  assert.ok(put.pointer.has(rdfTerms.type, schema.ReplaceAction).term, 'it is no ReplaceAction')
  const values = { email: `renamed-${email}`, enabled: true }
  const replaced = rootOf(await put.invoke(body(put, values), JSON_LD))
  assert.equal(replaced.id.value, created.id.value)
  assert.equal(value(replaced, 'email'), `renamed-${email}`)
  assert.equal(value(replaced, 'enabled'), true)
  assert.equal(value(replaced, 'uid'), undefined)
  const loaded = rootOf(await created.load())
  assert.equal(value(loaded, 'email'), `renamed-${email}`)
  assert.deepEqual(value(loaded, 'created'), value(created, 'created'))
})

await check('a write to a state that is no longer there is refused', async () => {
  const { response } = await created.load()
  const read = response.xhr.headers.get('etag')
  const patch = operation(created, 'PATCH')
  const first = await patch.invoke(body(patch, { mobile: '+442079460198' }), { ...JSON_LD, 'if-match': read })
  assert.equal(first.response.xhr.status, 205)
  const second = await patch.invoke(body(patch, { mobile: '+442079460197' }), { ...JSON_LD, 'if-match': read })
  assert.equal(rootOf(second, 412).statusCode, 412)
  assert.equal(value(rootOf(await created.load()), 'mobile'), '+442079460198')
})

// Roles

const roles = await check('a new portal user has no roles', async () => {
  const collection = await follow(created, 'roles')
  assert.equal(collection.totalItems, 0)
  assert.equal(collection.member.length, 0)
  return collection
})

const readonly = await check('the entry point leads to the portal roles', async () => {
  const { member } = await follow(entryPoint, 'portalRoles')
  const found = member.find((role) => value(role, 'name') === 'readonly')
  assert.ok(found, 'no portal role is called readonly')
  return found
})

await check('a role is granted by POST of it to the roles', async () => {
  const grant = operation(roles, 'POST')
  assert.deepEqual(ids(grant.expects), [supportedClass('PortalRole').id.value])
  const answer = await grant.invoke(JSON.stringify({ '@id': readonly.id.value }), JSON_LD)
  assert.equal(value(rootOf(answer, 201), 'name'), 'readonly')
  const again = await grant.invoke(JSON.stringify({ '@id': readonly.id.value }), JSON_LD)
  assert.equal(again.response.xhr.status, 200)
})

const grant = await check('the granted role leads to its grant', async () => {
  const { member } = await follow(created, 'roles')
  assert.deepEqual(ids(member), [readonly.id.value])
  const found = await follow(member[0], 'grant')
  assert.equal(linked(found, 'role').id.value, readonly.id.value)
  assert.equal(linked(found, 'portalUser').id.value, created.id.value)
  assert.ok(value(found, 'granted') instanceof Date)
  return found
})

await check('the role is revoked by DELETE of its grant', async () => {
  const revoke = operation(grant, 'DELETE')
  assert.equal(revoke.returns.id.value, owl.Nothing.value)
  assert.equal((await revoke.invoke()).response.xhr.status, 205)
  const { member, totalItems } = await follow(created, 'roles')
  assert.equal(totalItems, 0)
  assert.equal(member.length, 0)
  assert.equal(rootOf(await grant.load(), 404).statusCode, 404)
})

// Deleting

await check('the portal user is deleted by its operation', async () => {
  const remove = operation(created, 'DELETE')
  assert.ok(remove.pointer.has(rdfTerms.type, schema.DeleteAction).term, 'it is no DeleteAction')
  assert.equal(remove.requiresInput, false)
  assert.deepEqual(statuses(remove).sort(), [205, 404])
  const { response, representation } = await remove.invoke()
  assert.equal(response.xhr.status, 205)
  assert.equal(representation, undefined)
})

await check('what was deleted is an error that Alcaeus understands', async () => {
  const answer = await created.load()
  const problem = rootOf(answer, 404)
  assert.ok(problem.types.has(hydra.Error))
  assert.equal(problem.statusCode, 404)
  assert.equal(problem.pointer.out(rdfs.label).value, 'Not Found')
  assert.ok(problem.description, 'the error has no description')
  assert.ok(answer.response.apiDocumentationLink, 'the error does not lead to the documentation')
  assert.equal((await search(portalUsers, { uid: name })).totalItems, 0)
})

await check('without a token there is an error that Alcaeus understands', async () => {
  env.hydra.defaultHeaders = {}
  const answer = await linked(entryPoint, 'customers').load()
  const problem = rootOf(answer, 401)
  assert.ok(problem.types.has(hydra.Error))
  assert.equal(problem.statusCode, 401)
  assert.match(answer.response.xhr.headers.get('www-authenticate'), /Bearer/)
})

finish()
