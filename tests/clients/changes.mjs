// The log of changes by clients that know nothing of Portico: `eventsource` is told of changes as they are made, `ldes-client` keeps a copy of
// them, and `comunica` answers questions about resources as they were.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventSource } from 'eventsource'
import { check, finish, setting, unique } from './checks.mjs'

const base = setting('PORTICO_URL').replace(/\/$/, '')
const { key, secret } = JSON.parse(readFileSync(setting('PORTICO_CREDENTIALS'), 'utf8'))
const authorization = `Basic ${btoa(`${key}:${secret}`)}`
const binary = (name) => join(import.meta.dirname, 'node_modules', '.bin', name)

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function send(method, address, body, type = 'application/json') {
  const headers = { authorization, ...(body && { 'content-type': type }) }
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${await answer.text()}`)
  return answer
}
const read = async (address) => (await send('GET', address)).json()
const make = async (collection, body) => (await send('POST', collection, body)).headers.get('location')
const change = (address, body) => send('PATCH', address, body, 'application/merge-patch+json')

const entry = await read(`${base}/`)
const customer = await read((await read(entry.customers)).member[0]['@id'])
const changes = customer.changes
const prefix = unique('followed')
const numbers = async (query = '') => {
  const all = []
  let page = await read(`${changes}?orderBy=number&pageSize=500${query}`)
  for (;;) {
    all.push(...page.member.map(({ number }) => number))
    if (!page.view?.next) return all
    page = await read(page.view.next)
  }
}
const last = async () => (await read(`${changes}?pageSize=1`)).member[0].number

/** Runs a program until it ends or has printed enough; what it printed. */
function run(program, argv, isEnough = () => false) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, wrong, isKilled] = ['', '', false]
    const limit = setTimeout(() => child.kill('SIGKILL'), 120_000)
    child.stderr.on('data', (data) => (wrong += data))
    child.stdout.on('data', (data) => {
      out += data
      if (!isKilled && isEnough(out)) {
        isKilled = true
        child.kill('SIGTERM')
      }
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      if (isKilled || code === 0) resolve(out)
      else reject(new Error(`${program} ended with ${code}: ${wrong.slice(-500)}`))
    })
  })
}

/** A service of its own that is started and ended at one address. */
class Service {
  static async begin() {
    const service = new Service()
    service.folder = mkdtempSync(join(tmpdir(), 'portico-'))
    service.port = await new Promise((resolve) => {
      const socket = createServer().listen(0, '127.0.0.1', () => {
        const { port } = socket.address()
        socket.close(() => resolve(port))
      })
    })
    await service.start()
    return service
  }

  async start() {
    const { PORTICO_DATABASE_URL, ...env } = process.env
    for (const name of Object.keys(env)) if (name.startsWith('PORTICO_')) delete env[name]
    const settings = ['--demo', '--bind', `127.0.0.1:${this.port}`, '--data-dir', this.folder]
    this.process = spawn(setting('PORTICO_BINARY'), ['serve', ...settings], { env, stdio: 'ignore' })
    this.ended = new Promise((resolve) => this.process.on('close', resolve))
    for (let waited = 0; waited < 200; waited += 1) {
      await pause(100)
      if (await fetch(`http://127.0.0.1:${this.port}/`).then((answer) => answer.ok, () => false)) return
    }
    throw new Error('the service did not start')
  }

  async end(signal) {
    this.process.kill(signal)
    await this.ended
  }
}

await check('eventsource is told of every change once, in order, though the service ends and starts again and again', async () => {
  const service = await Service.begin()
  const pair = JSON.parse(readFileSync(join(service.folder, 'demo-credentials.json'), 'utf8'))
  const headers = { authorization: `Basic ${btoa(`${pair.key}:${pair.secret}`)}` }
  const ours = async (address, init) => (await fetch(address, { headers: { ...headers, ...init?.headers }, ...init })).json()
  const { customers } = await ours(`http://127.0.0.1:${service.port}/`)
  const { changes, spaces } = (await ours(customers)).member[0]
  const [{ number: before }] = (await ours(`${changes}?pageSize=1`)).member
  const told = []
  const source = new EventSource(changes, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
  })
  source.onmessage = ({ data, lastEventId }) => {
    const { number } = JSON.parse(data)
    told.push(String(number) === lastEventId ? number : `${number} is called ${lastEventId}`)
  }
  source.addEventListener('reset', () => told.push('reset'))
  await new Promise((resolve) => source.addEventListener('open', resolve))
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM']) {
    for (let index = 0; index < 15; index += 1) {
      const answer = await fetch(spaces, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: unique('told') }),
      })
      if (answer.status !== 201) throw new Error(`a space was not made: ${answer.status}`)
    }
    // Sometimes before it is told of them all.
    if (signal !== 'SIGKILL') await pause(700)
    await service.end(signal)
    await service.start()
  }
  const expected = (await ours(`${changes}?orderBy=number&pageSize=500&afterNumber=${before}`)).member.map(({ number }) => number)
  for (let waited = 0; told.length < expected.length && waited < 100; waited += 1) await pause(200)
  await pause(1_000)
  source.close()
  await service.end('SIGTERM')
  rmSync(service.folder, { recursive: true })
  if (expected.length !== 45 || told.join() !== expected.join()) throw new Error(`${told} is not ${expected}`)
})

const stream = `${changes}/stream`
const ldes = (more) => [stream, '--basic-auth', `${key}:${secret}`, '--ordered', 'ascending', ...more]
const sorted = (numbers) => numbers.toSorted((one, other) => one - other).join()

/** Its order is that of instants, in milliseconds; what was made in the same one is in any. */
function isOrdered(out) {
  const made = [...out.matchAll(/Change\/made> "([^"]+)"/g)].map(([, instant]) => Date.parse(instant))
  if (made.length === 0 || made.some((instant, index) => instant < made[index - 1])) throw new Error('it is out of order')
}

const members = (out) => [...out.matchAll(/Change\/number> "?(\d+)/g)].map(([, number]) => Number(number))

await check('ldes-client replicates every change once, in order', async () => {
  while ((await numbers()).length < 1_000) {
    const spaces = Array.from({ length: 50 }, (_, index) => make(customer.spaces, { name: `${prefix}-${Math.random()}-${index}` }))
    for (const address of (await Promise.all(spaces)).slice(0, 10)) await send('DELETE', address)
  }
  const [out, expected] = [await run(binary('ldes-client'), ldes([])), await numbers()]
  isOrdered(out)
  if (sorted(members(out)) !== expected.join()) throw new Error(`${members(out).length} of ${expected.length}`)
  // What a resource was is there as statements about it.
  if (!out.includes('vocab#Space/name>')) throw new Error('no member says what a space was')
})

await check('ldes-client follows, is ended, and goes on where it was', async () => {
  const state = mkdtempSync(join(tmpdir(), 'ldes-'))
  const follow = ldes(['--follow', '--poll-interval', '300', '--save', state])
  const known = await numbers()
  const first = members(await run(binary('ldes-client'), follow, (out) => members(out).length >= known.length))
  if (sorted(first) !== known.join()) throw new Error(`first ${first.length} of ${known.length}`)
  const during = run(binary('ldes-client'), follow, (out) => members(out).length >= 50)
  for (let index = 0; index < 50; index += 1) await make(customer.spaces, { name: `${prefix}-later-${index}` })
  const [later, expected] = [members(await during), await numbers(`&afterNumber=${known.at(-1)}`)]
  if (sorted(later) !== expected.join()) throw new Error(`then ${later} of ${expected}`)
})

await check('comunica answers what a resource was at five instants, and that it is gone at the last', async () => {
  const space = await make(customer.spaces, { name: 'Zero' })
  const instants = []
  for (const name of ['One', 'Two', 'Three', 'Four']) {
    await pause(1_100)
    instants.push(new Date().toISOString())
    await pause(1_100)
    await change(space, { name })
  }
  await pause(1_100)
  await send('DELETE', space)
  await pause(1_100)
  instants.push(new Date().toISOString())
  const vocabulary = (await read(`${base}/vocab`))['@id']
  const question = `SELECT ?name WHERE { ?space <${vocabulary}#Space/name> ?name }`
  const source = space.replace('://', `://${key}:${secret}@`)
  const answers = []
  for (const instant of instants) {
    const out = await run(binary('comunica-sparql'), [source, '-q', question, '-d', instant, '--lenient', '-t', 'application/json'])
    answers.push(/"?name"?: ?"\\?"?(\w+)/.exec(out)?.[1] ?? 'none')
  }
  if (answers.join() !== 'Zero,One,Two,Three,none') throw new Error(answers.join())
})

finish()
