// What api-doc-parser makes of the documentation, and the life of a portal user driven by nothing but that: it knows the
// URL of the entry point, a token and the names of a few resources and fields.

import assert from 'node:assert/strict'

import { getDocumentationUrlFromHeaders, parseHydraDocumentation } from '@api-platform/api-doc-parser'
import jsonld from 'jsonld'

import { check, finish, setting, unique } from './checks.mjs'

const DEMO_CUSTOMER = 'riverside-museum'
const JSON_LD = 'application/ld+json'
const MERGE_PATCH = 'application/merge-patch+json'
const XSD = 'http://www.w3.org/2001/XMLSchema#'

const url = setting('PORTICO_URL')
const token = setting('PORTICO_TOKEN')
const authorization = { Authorization: `Bearer ${token}` }

/** What the parser finds at a URL, and what it complains of on the console meanwhile. */
async function parse(target) {
  const complaints = []
  const { error } = console
  console.error = (complaint) => complaints.push(complaint.message ?? String(complaint))
  try {
    const { api, response } = await parseHydraDocumentation(target, { headers: new Headers(authorization) })
    return { api, response, complaints }
  } finally {
    console.error = error
  }
}

/** Sends a request as the administration interface of the parser's makers does. */
async function send(method, target, { document, type = JSON_LD, headers = {} } = {}) {
  const response = await fetch(target, {
    method,
    headers: {
      ...authorization,
      Accept: JSON_LD,
      ...(document && { 'Content-Type': type }),
      ...headers,
    },
    body: document && JSON.stringify(document),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, document: text ? JSON.parse(text) : undefined }
}

async function read(target) {
  const { status, document } = await send('GET', target)
  assert.equal(status, 200, `the status of ${target}`)
  assert.equal(typeof document['@id'], 'string', `${target} has no @id`)
  return document
}

function resource(api, name) {
  const found = api.resources.find((candidate) => candidate.name === name)
  assert.ok(found, `no resource is called ${name}`)
  return found
}

function field(of, name) {
  const found = of.fields.find((candidate) => candidate.name === name)
  assert.ok(found, `${of.name} has no field ${name}`)
  return found
}

/** The method of the first operation of a type: the one that the interface uses. */
function method(of, type) {
  const found = of.operations.find((operation) => operation.type === type)
  assert.ok(found, `${of.name} has no operation to ${type}`)
  return found.method
}

/** A document with values of fields, each of which the parser has found to be writable. */
function values(of, given) {
  for (const name of Object.keys(given)) {
    assert.ok(of.writableFields.includes(field(of, name)), `${name} is not writable`)
  }
  return given
}

/** The URL of a list, narrowed by parameters that the parser has found. */
function list(of, parameters) {
  const target = new URL(of.url)
  for (const [variable, value] of Object.entries(parameters)) {
    assert.ok(
      of.parameters.some((parameter) => parameter.variable === variable),
      `${of.name} has no parameter ${variable}`,
    )
    target.searchParams.set(variable, value)
  }
  return target
}

function names(fields) {
  return fields.map(({ name }) => name)
}

function ids(members) {
  return members.map((member) => member['@id'])
}

/** The documentation as it is published, to compare with what the parser makes of it. */
async function published(response) {
  const documentation = await (await fetch(getDocumentationUrlFromHeaders(response.headers))).json()
  const iri = (compact) => compact.replace(/^(\w+):(?!\/\/)/, (_, prefix) => documentation['@context'][prefix])
  return Object.fromEntries(documentation.supportedClass.map((one) => [iri(one['@id']), one]))
}

/** The properties that the documentation gives the class of a document: those that lead on from this one, and the others. */
async function described(target, response) {
  const [document, classes] = [await read(target), await published(response)]
  const [type] = [document['@type']].flat()
  const described = Object.values(classes).find(({ title }) => title === type.replace(/^.*[:#/]/, ''))
  const all = described.supportedProperty.filter(({ readable }) => readable)
  const leads = ({ property, title }) =>
    [property['@type']].flat().some((kind) => /Link$/.test(kind)) &&
    document[title] === `${target.replace(/\/$/, '')}/${title}`
  const sorted = (some) => some.map(({ title }) => title).sort()
  return { links: sorted(all.filter(leads)), others: sorted(all.filter((one) => !leads(one))) }
}

// What the parser makes of the entry point

const entryPoint = await check('the entry point is understood', async () => {
  const parsed = await parse(url)
  assert.equal(parsed.response.status, 200)
  assert.equal(`${parsed.api.entrypoint}/`, url)
  assert.ok(parsed.api.title, 'the API has no title')
  return parsed
})

await check('of the entry point nothing is left out but what is not for this account', async () => {
  const left = entryPoint.complaints.map((complaint) => /EntryPoint\/(\w+)"/.exec(complaint)?.[1])
  for (const name of left) {
    assert.ok(name, `${entryPoint.complaints}`)
    const { status } = await send('GET', `${url}${name}`)
    assert.equal(status, 403, `${name} is not linked and could be read`)
  }
  const { links } = await described(url, entryPoint.response)
  assert.deepEqual(names(entryPoint.api.resources).sort(), links)
})

/** That resources are named by where they are, and are of the classes that the documentation gives their members. */
async function checkAgainstPublished({ api, response }) {
  const classes = await published(response)
  for (const found of api.resources) {
    assert.equal(found.url, `${api.entrypoint}/${found.name}`)
    const documented = classes[found.id]
    assert.ok(documented, `${found.id} is not a supported class`)
    const titles = (keep) => documented.supportedProperty.filter(keep).map(({ title }) => title)
    assert.equal(found.title, documented.title)
    assert.deepEqual(names(found.fields), titles(() => true))
    assert.deepEqual(names(found.readableFields), titles(({ readable }) => readable))
    assert.deepEqual(names(found.writableFields), titles(({ writable }) => writable))
    assert.deepEqual(names(found.fields.filter(({ required }) => required)), titles(({ required }) => required))
    // The parser takes every POST for a creation, also that of a queue.
    const own = found.operations.filter(({ type }) => type !== 'list' && type !== 'create')
    const methods = documented.supportedOperation.map(({ method }) => method)
    assert.deepEqual(
      own.map((operation) => operation.method),
      methods.filter((method) => method !== 'POST'),
    )
  }
}

await check('the resources of the entry point are as the documentation says', () =>
  checkAgainstPublished(entryPoint))

await check('customers are listed, made and edited', () => {
  const customers = resource(entryPoint.api, 'customers')
  assert.equal(customers.title, 'Customer')
  const operations = customers.operations.map(({ type, method }) => `${type} ${method}`)
  assert.deepEqual(operations, [
    'list GET',
    'create POST',
    'show GET',
    'edit PUT',
    'edit PATCH',
    'delete DELETE',
  ])
})

await check('a customer has the fields of its class', () => {
  const customers = resource(entryPoint.api, 'customers')
  assert.deepEqual(names(customers.writableFields), ['name', 'displayName', 'kind'])
  assert.equal(field(customers, 'name').required, true)
  assert.equal(field(customers, 'created').type, 'dateTime')
  assert.equal(field(customers, 'administrator').type, 'boolean')
  assert.ok(customers.readableFields.includes(field(customers, 'portalUsers')))
})

const demoUrl = await check('the list of customers leads to the demonstration customer', async () => {
  const { member } = await read(resource(entryPoint.api, 'customers').url)
  const found = member.find(({ name }) => name === DEMO_CUSTOMER)
  assert.ok(found, `no customer is called ${DEMO_CUSTOMER}`)
  assert.ok(found['@id'].startsWith(`${resource(entryPoint.api, 'customers').url}/`))
  return found['@id']
})

// What the parser makes of a customer

const customer = await check('a customer is understood as an entry point', async () => {
  const parsed = await parse(demoUrl)
  assert.equal(parsed.api.entrypoint, demoUrl)
  const { links } = await described(demoUrl, parsed.response)
  assert.ok(links.includes('portalUsers') && links.includes('spaces'), links.join())
  assert.deepEqual(names(parsed.api.resources).sort(), links)
  return parsed
})

await check('of a customer only what is not a link, or is not for this account, is left out', async () => {
  const left = customer.complaints.map((complaint) => /#Customer\/(\w+)"/.exec(complaint)?.[1] ?? complaint)
  const { links, others } = await described(demoUrl, customer.response)
  assert.deepEqual(left.sort(), others)
  assert.ok(!links.some((name) => left.includes(name)))
})

await check('the resources of a customer are as the documentation says', () => checkAgainstPublished(customer))

const portalUsers = await check('portal users are listed, made, edited and deleted', () => {
  const found = resource(customer.api, 'portalUsers')
  assert.equal(found.title, 'PortalUser')
  const operations = found.operations.map(({ type, method }) => `${type} ${method}`)
  assert.deepEqual(operations, [
    'list GET',
    'create POST',
    'show GET',
    'edit PUT',
    'edit PATCH',
    'delete DELETE',
  ])
  const create = found.operations.find(({ type }) => type === 'create')
  assert.equal(create.name, 'Creates a new Portal User')
  assert.equal(create.expects, found.id)
  assert.equal(create.returns, found.id)
  assert.ok(create.types.includes('http://schema.org/CreateAction'))
  return found
})

await check('a portal user has the fields of its class', () => {
  const types = Object.fromEntries(portalUsers.fields.map(({ name, type }) => [name, type]))
  assert.equal(types.email, 'string')
  assert.equal(types.created, 'dateTime')
  assert.equal(types.enabled, 'boolean')
  assert.equal(field(portalUsers, 'created').range, `${XSD}dateTime`)
  assert.deepEqual(names(portalUsers.fields.filter(({ required }) => required)), ['email'])
  assert.deepEqual(names(portalUsers.writableFields), ['email', 'created', 'enabled', 'password', 'uid', 'mobile'])
  assert.ok(portalUsers.readableFields.includes(field(portalUsers, 'roles')))
  assert.ok(!portalUsers.readableFields.includes(field(portalUsers, 'password')))
  assert.ok(portalUsers.fields.every(({ description }) => description), 'a field has no description')
})

await check('a link to one resource is told from a link to many', () => {
  assert.equal(field(portalUsers, 'customer').maxCardinality, 1)
  assert.equal(field(portalUsers, 'roles').maxCardinality, null)
})

await check('the parameters of a list are those of its search', async () => {
  const parameters = await portalUsers.getParameters()
  const found = Object.fromEntries(parameters.map(({ variable, range }) => [variable, range]))
  assert.deepEqual(found, {
    q: null,
    email: `${XSD}string`,
    enabled: `${XSD}boolean`,
    uid: `${XSD}string`,
    orderBy: null,
    orderByDescending: null,
    page: null,
    pageSize: null,
  })
  assert.ok(parameters.every(({ required }) => required === false))
})

// Lists

const all = await check('the list has its members and how many they are', async () => {
  const { member, totalItems } = await read(portalUsers.url)
  assert.ok(totalItems >= 5, `${totalItems} portal users`)
  assert.equal(member.length, totalItems)
  const known = new Set(names(portalUsers.readableFields))
  for (const one of member) {
    assert.ok(Object.keys(one).every((key) => key.startsWith('@') || known.has(key)), Object.keys(one).join())
  }
  return member
})

await check('the pages of the list show every member once', async () => {
  const seen = []
  let target = list(portalUsers, { pageSize: 2 })
  for (let page = 1; target; page += 1) {
    assert.ok(page <= all.length, 'the pages do not end')
    const { member, totalItems, view } = await read(target)
    assert.equal(totalItems, all.length)
    seen.push(...ids(member))
    target = view.next
  }
  assert.deepEqual(seen, ids(all))
})

await check('the page parameters give the page asked for', async () => {
  const { member } = await read(list(portalUsers, { page: 2, pageSize: 3 }))
  assert.deepEqual(ids(member), ids(all).slice(3, 6))
})

await check('what the administration interface adds to a list does no harm', async () => {
  const target = list(portalUsers, { page: 1 })
  target.searchParams.set('itemsPerPage', 2)
  target.searchParams.set('order[id]', 'DESC')
  const { member, totalItems } = await read(target)
  assert.equal(member.length, 2)
  assert.equal(totalItems, all.length)
})

await check('a search by a parameter finds what has the value', async () => {
  const { member, totalItems } = await read(list(portalUsers, { uid: 'rs-digitisation' }))
  assert.equal(totalItems, 1)
  assert.equal(member[0].email, 'digitisation@riverside-museum.example')
  const disabled = await read(list(portalUsers, { enabled: false }))
  assert.ok(disabled.totalItems >= 1)
  assert.ok(disabled.member.every(({ enabled }) => enabled === false))
})

await check('an ordered list is in order', async () => {
  const { member } = await read(list(portalUsers, { orderBy: 'email' }))
  const emails = member.map(({ email }) => email.toLowerCase())
  assert.equal(emails.length, all.length)
  assert.deepEqual(emails, [...emails].sort())
})

// The life of a portal user

const name = unique('parser')
const email = `${name}@riverside-museum.example`

const created = await check('a portal user is made from the fields', async () => {
  const document = values(portalUsers, { email, uid: name, password: unique('a long pass phrase') })
  const answer = await send(method(portalUsers, 'create'), portalUsers.url, { document })
  assert.equal(answer.status, 201)
  assert.equal(answer.document['@id'], answer.headers.get('location'))
  assert.equal(answer.document.email, email)
  assert.equal(answer.document.uid, name)
  assert.equal(answer.document.enabled, true)
  assert.equal('password' in answer.document, false)
  return answer.document
})

await check('the portal user is found by its fields', async () => {
  const { member } = await read(list(portalUsers, { email }))
  assert.deepEqual(ids(member), [created['@id']])
  assert.equal((await read(created['@id'])).uid, name)
})

await check('the whole record, sent back with a change, is edited and answered', async () => {
  const edit = method(portalUsers, 'edit')
  assert.equal(edit, 'PUT')
  const record = await read(created['@id'])
  const change = values(portalUsers, { mobile: '+442079460177' })
  const document = { ...record, id: record['@id'], originId: record['@id'], ...change }
  const answer = await send(edit, record['@id'], { document })
  assert.equal(answer.status, 200)
  assert.equal(answer.document['@id'], record['@id'])
  assert.equal(answer.document.mobile, '+442079460177')
  assert.equal(answer.document.email, email)
  assert.equal(answer.document.created, record.created)
  assert.deepEqual(await read(created['@id']), answer.document)
})

await check('a change alone is edited by PATCH and answered', async () => {
  assert.ok(portalUsers.operations.some(({ type, method }) => type === 'edit' && method === 'PATCH'))
  const document = values(portalUsers, { enabled: false, uid: null })
  const headers = { Prefer: 'return=representation' }
  const answer = await send('PATCH', created['@id'], { document, type: MERGE_PATCH, headers })
  assert.equal(answer.status, 200)
  assert.equal(answer.document['@id'], created['@id'])
  assert.equal(answer.document.enabled, false)
  assert.equal('uid' in answer.document, false)
  assert.equal(answer.document.mobile, '+442079460177')
})

// Problems

/** What the administration interface shows beside the fields of a form. */
async function violations(problem) {
  const [expanded] = await jsonld.expand(problem)
  const key = Object.keys(expanded).find((candidate) => candidate.includes('violations'))
  assert.ok(key, 'the problem has no violations')
  const base = key.slice(0, key.indexOf('#'))
  return Object.fromEntries(
    expanded[key].map((violation) => [
      violation[`${base}#propertyPath`][0]['@value'],
      violation[`${base}#message`][0]['@value'],
    ]),
  )
}

/** What the administration interface shows when a request fails. */
async function description(problem) {
  const [expanded] = await jsonld.expand(problem)
  assert.deepEqual(expanded['@type'], ['http://www.w3.org/ns/hydra/core#Error'])
  return expanded['http://www.w3.org/ns/hydra/core#description'][0]['@value']
}

await check('a document that is not valid is a problem with all its violations', async () => {
  const document = values(portalUsers, { email: 'nobody', uid: 'two words', enabled: 'perhaps' })
  const answer = await send(method(portalUsers, 'create'), portalUsers.url, { document })
  assert.equal(answer.status, 400)
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/)
  assert.equal(typeof getDocumentationUrlFromHeaders(answer.headers), 'string')
  const found = await violations(answer.document)
  assert.deepEqual(Object.keys(found).sort(), ['email', 'enabled', 'uid'])
  assert.match(found.email, /e-mail address/)
  assert.match(await description(answer.document), /e-mail address/)
})

await check('a document without a required field names it', async () => {
  const required = names(portalUsers.fields.filter((candidate) => candidate.required))
  const answer = await send(method(portalUsers, 'create'), portalUsers.url, { document: {} })
  assert.equal(answer.status, 400)
  assert.deepEqual(Object.keys(await violations(answer.document)), required)
})

await check('a value that is taken is a conflict', async () => {
  const document = values(portalUsers, { email })
  const answer = await send(method(portalUsers, 'create'), portalUsers.url, { document })
  assert.equal(answer.status, 409)
  assert.match(await description(answer.document), /email/)
})

await check('a token that is no good leads to the documentation, and to nothing of a customer', async () => {
  const none = { Authorization: 'Bearer none' }
  assert.equal((await parseHydraDocumentation(url, { headers: new Headers(none) })).status, 200)
  const { status, headers, document } = await send('GET', demoUrl, { headers: none })
  assert.equal(status, 401)
  assert.equal(typeof getDocumentationUrlFromHeaders(headers), 'string')
  assert.ok(await description(document))
})

await check('the portal user is deleted', async () => {
  const answer = await send(method(portalUsers, 'delete'), created['@id'])
  assert.equal(answer.status, 205)
  assert.equal(answer.document, undefined)
  const gone = await send('GET', created['@id'])
  assert.equal(gone.status, 404)
  assert.ok(await description(gone.document))
  assert.equal((await read(list(portalUsers, { email }))).totalItems, 0)
})

finish()
