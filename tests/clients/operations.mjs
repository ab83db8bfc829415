// Every operation that a page offers as a form is performed by that form: by a click in Chromium, with what the documentation gives as
// examples, once with our script and once without any. Pages are found by following links, from a customer made for it.

import { at, basic, browser, close, ferry, picture, url } from './browser.mjs'
import { check, finish, setting } from './checks.mjs'

const [key, secret] = setting('PORTICO_ADMINISTRATOR').split(':')

const vocabulary = await (await fetch(at('vocab'), { headers: { accept: 'application/ld+json' } })).json()
const classes = new Map(vocabulary.supportedClass.map((node) => [node['@id'], node]))
const properties = vocabulary.supportedClass.flatMap((node) => node.supportedProperty ?? [])
const operations = new Map(
  [...vocabulary.supportedClass, ...properties.map(({ property }) => property)]
    .flatMap((node) => node.supportedOperation ?? [])
    .map((operation) => [operation['@id'].replace('vocab:', ''), operation]),
)
const links = new Set(properties.filter(({ property }) => [property['@type']].flat().includes('Link')).map(({ title }) => title))

/** What kind of page is at an address: it, without what tells it from others of its kind. */
function kind(address) {
  const { pathname } = new URL(address)
  return pathname.replace(new URL(url).pathname, '/').split('/').map((word) => (word === '' || links.has(word) ? word : '*')).join('/')
}

const known = async (address) => {
  const answer = await fetch(at(address), { headers: { authorization: basic(key, secret) } })
  return (await answer.json()).member[0].name
}

/** A storage policy beside that of new customers. */
const ample = at('storagePolicies/ample')
await fetch(ample, {
  method: 'PUT',
  headers: { authorization: basic(key, secret), 'content-type': 'application/json' },
  body: '{"maximumNumberOfStoredImages": 1000000, "maximumTotalSizeOfStoredImages": 1000000000000}',
})

/** What is typed where the documentation has no example, because it depends on what there is: by the field, or by operation and field. */
const samples = {
  origin: ferry,
  'PropertyDescriptorCollection/create descriptions': '{"english": "Country"}',
  credentials: '{"user": "somebody", "password": "something"}',
  'CustomerEntitlementCollection/grant name': await known('entitlements'),
  'CustomerEntitlementGroupCollection/grant name': await known('entitlementGroups'),
  'SwitchableCustomerCollection/add name': 'riverside-museum',
  'Image/update string1': 'changed',
  'CustomerStorage/update storagePolicy': ample,
  'StoragePolicy/update maximumNumberOfStoredImages': '10001',
  // Others lie only below a group.
  'CustomerCollection/create kind': 'group',
}

/** Members as tables: what makes some, and what is done with those that there are. Images are those that the walk has made. */
const tables = {
  'vocab:ImageCollection': ({ start, made }, form) => {
    const [, space] = made.map((address) => address.match(/\/spaces\/(\d+)$/)).find((found) => found)
    if (form.operation.endsWith('/submit')) return `id,space,origin\n${form.operation.split('/')[0]},${space},${ferry}`
    const [, image] = made.map((address) => address.match(/\/images\/([^/]+)$/)).find((found) => found) ?? []
    const within = `${start.split('/').at(-1)}/${space}`
    if (form.method === 'PATCH') return `id,string1\n${within}/${image},changed`
    // To delete a space, all that is in it goes.
    const all = form.operation.endsWith('/delete') ? [image, 'Queue', 'PriorityQueue'] : [image]
    return ['id', ...all.map((id) => `${within}/${id}`)].join('\n')
  },
  'vocab:SwitchableCustomerCollection': () => 'name\nriverside-museum',
}

/** The lists of the service that belong to no customer. */
const entry = await (await fetch(at(''), { headers: { accept: 'application/ld+json' } })).json()
const shared = ['entitlements', 'entitlementGroups', 'storagePolicies', 'systemUsers', 'customerSearches'].map((name) => entry[name]).filter(Boolean)

function typed(example) {
  if (Array.isArray(example) && example.every((one) => typeof one === 'string')) return example.join('\n')
  return typeof example === 'string' ? example : JSON.stringify(example)
}

/** What the documentation has as an example of a property of what an operation takes. */
function example(operation, name) {
  const known = classes.get(operations.get(operation).expects)?.supportedProperty ?? []
  return known.find(({ title }) => title === name)?.example
}

class Walk {
  constructor(page, mode) {
    this.page = page
    this.mode = mode
    this.seen = new Set()
    this.performed = new Set()
    this.made = []
    // What was told once, by the name of the property.
    this.told = {}
  }

  async go(address) {
    const answer = await this.page.goto(address)
    if (!answer.ok()) throw new Error(`${address}: ${answer.status()}`)
  }

  /** The forms of this page: the method, the operation, and the fields that people see. */
  forms() {
    return this.page.$$eval('form[data-method]', (forms) =>
      forms.map((form) => ({
        method: form.dataset.method,
        operation: new URL(form.querySelector('a.about').href).hash.slice(1),
        fields: [...form.querySelectorAll('input, select, textarea')]
          .filter((field) => field.type !== 'hidden')
          .map((field) => ({
            name: field.name,
            kind: field.type,
            ticked: field.checked,
            required: field.required,
            value: field.value,
            wrong: field.getAttribute('aria-invalid') ? form.querySelector(`#${CSS.escape(`${field.id}-wrong`)}`)?.textContent ?? '' : '',
            choices: [...(field.list?.options ?? field.options ?? [])].map((option) => option.value).filter((value) => value),
          })),
      })),
    )
  }

  /** What somebody types into a field who has the documentation beside them; nothing where it stays as it is. */
  value(field, form) {
    const given = example(form.operation, field.name)
    const table = tables[operations.get(form.operation).expects]
    if (table && field.kind === 'textarea') return table(this, form)
    if (field.value) return samples[`${form.operation} ${field.name}`]
    if (this.told[field.name]) return this.told[field.name]
    if (field.required && field.choices.length > 0) return field.choices[0]
    const value = samples[`${form.operation} ${field.name}`] ?? samples[field.name] ?? (given === undefined ? undefined : typed(given))
    return value ?? (field.required ? 'sample' : undefined)
  }

  /** What they type instead, who were told what is wrong with it. */
  mended(field, turn) {
    const [, one] = field.wrong.match(/must be one of: ([^,.]+)/) ?? field.wrong.match(/required by (?!basic)(.+)\./) ?? []
    if (one && field.kind !== 'textarea') return one
    if (/whole number/.test(field.wrong)) return '7'
    if (/taken|reserved/.test(field.wrong)) return `${field.value}${this.mode}${turn}`
    if (field.choices.length > 0) return field.choices[turn % field.choices.length]
    return undefined
  }

  /** Types into the fields of a form what is given for each, and presses its button. */
  async click({ method, operation, fields }, value) {
    const selector = `form[data-method="${method}"]`
    const details = await this.page.$(`details:has(> ${selector})`)
    if (!(await details.evaluate((element) => element.open))) await (await details.$('summary')).click()
    for (const field of fields) {
      if (field.kind === 'checkbox') {
        if (!field.ticked && example(operation, field.name)?.includes?.(field.value)) {
          await this.page.click(`${selector} [name="${field.name}"][value="${field.value}"]`)
        }
        continue
      }
      if (field.kind === 'file') {
        await (await this.page.$(`${selector} [type=file]`)).uploadFile(picture)
        continue
      }
      const text = value(field)
      if (text !== undefined) {
        await this.page.$eval(`${selector} [name="${field.name}"]`, (element, text) => (element.value = text), text)
      }
    }
    const [answer] = await Promise.all([this.page.waitForNavigation(), this.page.click(`${selector} button:not(.copy)`)])
    return answer
  }

  /** Performs an operation by its form on this page, as somebody does who mends what they are told is wrong. */
  async submit(form) {
    let answer = await this.click(form, (field) => this.value(field, form))
    for (let turn = 0; turn < 3 && [400, 409, 412].includes(answer.status()); turn += 1) {
      const again = (await this.forms()).find(({ method }) => method === form.method)
      const said = await this.said()
      const isSame = said.includes('Nothing was changed')
      const free = again.fields.find(({ kind, value, choices }) => (kind === 'text' && choices.length === 0 && /^[a-z][\w .-]*$/i.test(value)) || kind === 'select-one')
      answer = await this.click(again, (field) => {
        if (isSame) return field === free ? (free.kind === 'text' ? `${free.value}${turn}` : free.choices.find((choice) => choice !== free.value)) : undefined
        if (field.wrong) return this.mended(field, turn)
        return !field.value && field.choices.length > 0 && !/true/.test(field.choices) ? field.choices[0] : undefined
      })
    }
    const said = await this.said()
    if (!answer.ok() || said) {
      const typed = (await this.forms()).find(({ method }) => method === form.method)?.fields.map(({ name, value }) => `${name}=${value}`)
      throw new Error(`${this.page.url()}: ${answer.status()} ${said.slice(0, 300)} ${typed}`)
    }
  }

  said() {
    return this.page.$$eval('form .alert, form .wrong', (all) => all.map((one) => one.textContent.trim()).join(' '))
  }

  /** Performs a form of the page at an address, and notes what it led to. */
  async perform(address, form) {
    await check(`${this.mode}: ${form.operation}`, async () => {
      await this.go(address)
      await this.submit(form)
      this.performed.add(form.operation)
      const told = await this.page.$$eval('dt:has(+ dd .once)', (all) => all.map((one) => [one.querySelector('a').hash.split('/')[1], one.nextElementSibling.querySelector('code').textContent.trim()]))
      Object.assign(this.told, Object.fromEntries(told))
      // What is told once is shown where it was made, and says where it is; what is granted is in the list, with its grant.
      const [shown] = await this.page.$$eval('code.iri, main tbody a[href]', (all) => all.map((one) => one.href ?? one.textContent.trim()))
        .then((all) => all.filter((one) => one.startsWith(`${address}/`)))
      if (form.method === 'POST' && shown) {
        this.made.push(shown)
        this.found(shown, true)
      }
      // What can be taken away again where it was put is taken away at the end.
      if (form.method === 'PUT' && !this.made.includes(address)) this.made.push(address)
    })
  }

  found(address, isFirst) {
    const plain = address.split(/[?#]/)[0]
    if (!`${plain}/`.startsWith(`${this.start}/`) || this.seen.has(kind(plain))) return
    this.seen.add(kind(plain))
    if (isFirst) this.open.unshift(plain)
    else this.open.push(plain)
  }

  /** Performs what is offered on a page and was not performed yet; what it leads to is visited later. */
  async visit(address, isAlone, isAgain) {
    try {
      await this.go(address)
    } catch (error) {
      if (!isAgain) console.log(`# ${error.message}`)
      return
    }
    if (!isAgain) this.visited.push(address)
    const isList = await this.page.$('nav.pages, table, .empty')
    const rows = isAlone ? '' : ', main tbody a[href]'
    for (const href of await this.page.$$eval(`main dl.properties a[href]${rows}`, (all) => all.map(({ href }) => href))) this.found(href, false)
    for (const form of await this.forms()) {
      if (this.performed.has(form.operation) || form.method === 'DELETE') continue
      // What is done with images is done when there are some, and what may end all the rest at the end of it.
      const isLate = form.method === 'POST' && !isList
      const isOfImages = operations.get(form.operation).expects === 'vocab:ImageCollection'
      if (!isAgain && (isLate || isOfImages)) this.late.push([address, form])
      else await this.perform(address, form)
    }
  }

  /** All pages below one, each kind of them once; of a list that others share, what is made in it alone. What was made is to be deleted
   * last, and what was made last first: it is told in that order. */
  async all(start, isShared = false) {
    this.start = start
    this.open = []
    this.made = isShared ? [] : [start]
    this.visited = []
    this.late = []
    this.found(start)
    for (;;) {
      while (this.open.length > 0) await this.visit(this.open.shift(), isShared && this.visited.length === 0)
      // What ends the rest is done at the end.
      this.late.sort(([, one], [, other]) => /delete/.test(one.operation) - /delete/.test(other.operation))
      const next = this.late.shift()
      if (!next) break
      if (this.performed.has(next[1].operation)) continue
      await this.perform(...next)
      // What was done may be what something else waits for.
      await this.visit(start, true, true)
    }
    // What was not to be done before something else was done is to be done now; and what there is one of is taken away, and is there again.
    for (const address of this.visited) await this.visit(address, true, true)
    // What has no value is listed to whoever asks for it.
    const [properties] = this.visited.filter((address) => address.endsWith('/properties'))
    if (properties) {
      await this.go(`${properties}?includeUnset=true`)
      for (const href of await this.page.$$eval('main tbody a[href]', (all) => all.map(({ href }) => href))) this.found(href, false)
    }
    while (this.open.length > 0) await this.visit(this.open.shift(), false)
    for (const address of this.visited.filter((one) => !kind(one).endsWith('*'))) {
      await this.delete(address)
      await this.visit(address, true, true)
    }
    await this.visit(start, true, true)
    while (this.open.length > 0) await this.visit(this.open.shift(), false)
    await this.signIn()
    return this.made.reverse()
  }

  /** Has the user that was made sign in elsewhere: a session of theirs is then there to be ended. */
  async signIn() {
    const user = this.made.find((address) => /\/portalUsers\/[^/]+$/.test(address))
    if (!user) return
    const authorization = basic(key, secret)
    const password = 'seven lanterns by the quay'
    const changes = JSON.stringify({ password, enabled: true })
    await fetch(user, { method: 'PATCH', body: changes, headers: { authorization, 'content-type': 'application/json' } })
    const { email: name } = await (await fetch(user, { headers: { authorization } })).json()
    const headers = { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' }
    await fetch(at('session'), { method: 'POST', body: new URLSearchParams({ name, password }), redirect: 'manual', headers })
    await this.visit(`${user}/sessions`, false)
    const [session] = await this.page.$$eval('main tbody a[href]', (all) => all.map(({ href }) => href))
    if (session) this.made.push(session)
  }

  /** Deletes what is at an address, where that is offered and was not done with its like. */
  async delete(address) {
    try {
      await this.go(address)
    } catch {
      return
    }
    const form = (await this.forms()).find(({ method }) => method === 'DELETE')
    if (form && !this.performed.has(form.operation)) await this.perform(address, form)
  }

  /** Deletes what was made, what was made last first. */
  async away(made) {
    for (const address of made) {
      try {
        await this.go(address)
      } catch {
        continue
      }
      const form = (await this.forms()).find(({ method }) => method === 'DELETE')
      if (form) await this.perform(address, form)
    }
  }
}

for (const [mode, hasScript] of [['scripted', true], ['unscripted', false]]) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.setJavaScriptEnabled(hasScript)
  await page.goto(at('session?next=%2Fcustomers'))
  await page.type('#name', key)
  await page.type('#password', secret)
  await Promise.all([page.waitForNavigation(), page.click('.sign-in button')])
  const walk = new Walk(page, mode)
  await check(`${mode}: a customer is made`, async () => {
    await walk.submit((await walk.forms()).find(({ method }) => method === 'POST'))
    if (page.url() === at('customers')) throw new Error('it leads nowhere')
  })
  const customer = page.url()
  // A customer has properties of which there are descriptors, and accepts what is required.
  const needed = []
  for (const first of ['propertyDescriptors', 'eula']) needed.push(...(await walk.all(at(first), true)))
  await walk.away(await walk.all(customer))
  await walk.away(needed)
  for (const list of shared) await walk.away(await walk.all(at(list), true))
  console.log(`# ${mode}: performed ${walk.performed.size} of ${operations.size}: ${[...operations.keys()].filter((name) => !walk.performed.has(name) && operations.get(name).method !== 'GET').join(' ')}`)
  await check(`${mode}: most of what there is was performed`, () => {
    if (walk.performed.size < 90) throw new Error(`${walk.performed.size}`)
  })
  await context.close()
}
await close()
finish()
