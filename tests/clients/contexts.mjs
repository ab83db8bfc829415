// What jsonld.js makes of our contexts and our statements is taken back: bodies that are expanded, compacted and framed by a
// processor that knows nothing of the service.

import assert from 'node:assert/strict'

import jsonld from 'jsonld'

import { check, finish, setting, unique } from './checks.mjs'

const JSON_LD = 'application/ld+json'

const url = setting('PORTICO_URL').replace(/\/$/, '')
const authorization = { Authorization: `Bearer ${setting('PORTICO_TOKEN')}` }

async function send(method, target, { body, accept = JSON_LD, status }) {
  const response = await fetch(target, {
    method,
    headers: { ...authorization, Accept: accept, ...(body && { 'Content-Type': JSON_LD }) },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  assert.equal(response.status, status, `${method} ${target} ${JSON.stringify(body)}: ${text}`)
  return accept === JSON_LD && text ? JSON.parse(text) : text
}

const get = (target, accept) => send('GET', target, { accept, status: 200 })

const entry = await get(url)
const [customer] = (await get(entry.customers)).member
const home = await get(customer['@id'])
const made = async (link, body) => (await send('POST', home[link], { body, status: 201 }))['@id']
const user = await made('portalUsers', { email: `${unique('contexts')}@museum.example`, mobile: '+4412' })
const space = await made('spaces', { name: unique('contexts'), defaultTags: ['a', 'b'] })

for (const target of [user, space]) {
  const document = await get(target)
  const context = document['@context']
  const statements = await jsonld.fromRDF(await get(target, 'application/n-quads'), { format: 'application/n-quads' })
  const type = statements.find((node) => node['@id'] === target)['@type']
  for (const [what, make] of [
    ['compacted', async () => jsonld.compact(statements, context)],
    ['framed', async () => jsonld.frame(statements, { '@context': context, '@type': type })],
    ['flattened', async () => jsonld.flatten(statements)],
    ['with each value in an array', async () => jsonld.compact(statements, context, { compactArrays: false })],
  ]) {
    await check(`${what}, ${type[0]} is taken back`, async () => {
      await send('PUT', target, { body: await make(), status: 200 })
      assert.deepEqual(await get(target), document)
    })
  }
}

const classes = new Set(JSON.stringify(await get(`${url}/vocab`)).match(/vocab:\w+(?=","@type":"Class")/g))
let contexts = 0
let calls = 0
for (const name of [...classes].map((term) => term.slice('vocab:'.length))) {
  const context = `${url}/contexts/${name}.jsonld`
  const response = await fetch(context)
  if (!response.ok) continue
  const inline = (await response.json())['@context']
  contexts += 1
  await check(`a body in the context of ${name} means what it means to jsonld.js`, async () => {
    for (const said of [context, [context], [context, { m: 'http://x.example/m' }], inline, [inline, inline]]) {
      const body = { '@context': said, '@id': user, [`${url}/vocab#PortalUser/mobile`]: `+4412${(calls += 1)}` }
      const [node] = await jsonld.expand(body, { base: user })
      await send('PATCH', user, { body, status: 205 })
      const [{ '@value': mobile }] = node[`${url}/vocab#PortalUser/mobile`]
      assert.equal((await get(user)).mobile, mobile)
    }
  })
}
await check('there are many contexts', async () => assert.ok(contexts > 50, String(contexts)))
for (const target of [user, space]) await send('DELETE', target, { status: 205 })
finish()
