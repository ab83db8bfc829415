// Somebody with a browser: Chromium, with our script and without any, at a desk and with a phone. Nothing is asked for but by a click.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KnownDevices } from 'puppeteer-core'
import vnu from 'vnu-jar'

import { at, basic, browser, close, ferry, picture } from './browser.mjs'
import { check, finish, setting } from './checks.mjs'

const { key, secret } = JSON.parse(readFileSync(setting('PORTICO_CREDENTIALS'), 'utf8'))
const authorization = basic(key, secret)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

function expect(holds, what) {
  if (!holds) throw new Error(what)
}

/** Does as a program what a story is not about. */
async function program(method, address, body) {
  const headers = { authorization, 'content-type': 'application/ld+json' }
  const answer = await fetch(at(address), { method, headers, body: body && JSON.stringify(body) })
  expect(answer.ok, `${method} ${address}: ${answer.status}`)
  return answer.json()
}

/** An image of the customer that a key is of, taken in. */
async function imaged(customer) {
  const space = await program('POST', `${customer}/spaces`, { name: `Browser ${Date.now()}` })
  const { '@id': image } = await program('POST', `${space['@id']}/images`, { id: 'ferry', origin: ferry })
  for (let turn = 0; turn < 100; turn += 1) {
    const { width, error } = await program('GET', image)
    if (width) break
    expect(!error, error)
    await new Promise((later) => setTimeout(later, 200))
  }
  return image
}

/** Somebody at a browser. */
class Person {
  constructor(page) {
    this.page = page
    this.refused = []
    page.on('console', (message) => {
      if (/Refused to|violates|Content Security Policy/.test(message.text())) this.refused.push(`${page.url()}: ${message.text()} ${JSON.stringify(message.stackTrace())}`)
    })
    page.on('pageerror', (error) => this.refused.push(error.message))
  }

  async go(address) {
    await this.page.goto(at(address))
  }

  async follow(selector) {
    const [answer] = await Promise.all([this.page.waitForNavigation(), this.page.click(selector)])
    return answer
  }

  text(selector = 'main') {
    return this.page.$eval(selector, (element) => element.textContent.replace(/\s+/g, ' '))
  }

  /** The form of an operation, opened as anybody opens it. */
  async form(method) {
    const form = `form[data-method="${method}"]`
    const details = await this.page.$(`details:has(> ${form})`)
    if (!(await details.evaluate((element) => element.open))) {
      await (await details.$('summary')).click()
    }
    await this.page.waitForSelector(`${form} button:not(.copy)`, { visible: true })
    return form
  }

  /** Fills in the form of an operation and sends it. */
  async send(method, fields = {}) {
    const form = await this.form(method)
    for (const [name, value] of Object.entries(fields)) {
      const field = await this.page.$(`${form} [name="${name}"]`)
      const kind = await field.evaluate((element) => element.type)
      if (kind === 'select-one') await field.select(value)
      else if (kind === 'file') await field.uploadFile(value)
      else {
        await field.click({ count: 3 })
        await field.press('Backspace')
        await field.type(value)
      }
    }
    return this.follow(`${form} button:not(.copy)`)
  }
}

const { customer: number } = JSON.parse(readFileSync(setting('PORTICO_CREDENTIALS'), 'utf8'))
const image = await imaged(`customers/${number}`)

/** Does something many times, a few at a time. */
async function times(count, act) {
  let next = 0
  const one = async () => {
    while (next < count) await act((next += 1) - 1)
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

// As many as there are of a customer that has been there for a while: people, and images that could not be fetched.
await times(1000, (turn) => program('POST', `customers/${number}/portalUsers`, { email: `crowd-${turn}-${Date.now()}@example.org` }))
const { '@id': full } = await program('POST', `customers/${number}/spaces`, { name: `Full ${Date.now()}` })
const shelf = Number(full.split('/').at(-1))
await times(40, (lot) => {
  const numbers = Array.from({ length: 250 }, (_, index) => lot * 250 + index)
  const member = numbers.map((number1) => ({ id: `many-${number1}`, space: shelf, origin: 'file:nowhere.jpg', number1, string1: `Word ${number1 % 100}` }))
  return program('POST', `customers/${number}/queue`, { member })
})

async function story(mode, hasScript, device) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.setJavaScriptEnabled(hasScript)
  if (device) await page.emulate(device)
  const person = new Person(page)
  const is = (what, act) => check(`${mode}: ${what}`, act)
  const email = `browser-${hasScript}-${Date.now()}@example.org`
  const own = `${hasScript}-${device ? 'phone' : 'desk'}`
  let customer
  let user

  await is('a first visit says where to sign in', async () => {
    await person.go('/')
    expect((await person.text('.account')).includes('Sign in'), 'there is no way in')
  })
  await is('whoever has to sign in is led there, told what is wrong, and led back', async () => {
    await person.go('/customers')
    expect(page.url().includes('/session?next='), page.url())
    await page.type('#name', key)
    await page.type('#password', 'not this')
    await person.follow('.sign-in button')
    expect((await person.text('.sign-in .alert')).includes('wrong'), 'nothing is said')
    expect((await page.$eval('#name', (field) => field.value)) === key, 'the name is lost')
    await page.type('#password', secret)
    await person.follow('.sign-in button')
    expect(page.url() === at('customers'), page.url())
    expect((await person.text('.account')).includes(key), 'it does not say who is signed in')
    await person.follow('tbody tr:first-child th a')
    customer = page.url()
  })
  await is('a portal user is made, after what was wrong with it is mended', async () => {
    await person.follow('dl.properties dd a[href$="/portalUsers"]')
    const refused = await person.send('POST', { email: 'no address', uid: '' })
    expect(refused.status() === 400, `${refused.status()}`)
    expect((await page.$eval('#do-post-email', (field) => field.value)) === 'no address', 'what was typed is lost')
    await person.send('POST', { email })
    expect((await person.text()).includes('It is created.'), await person.text())
    user = page.url()
  })
  await is('whatever there is, is found by a word of it', async () => {
    await page.type('.find input', email)
    const [answer] = await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    expect(answer.status() === 200, `${answer.status()}`)
    await person.follow('#found a')
    expect(page.url() === user, page.url())
  })
  if (hasScript) {
    await is('a few letters lead anywhere, and to what can be done here', async () => {
      const press = async (letters) => {
        await page.keyboard.down('Control')
        await page.keyboard.press('k')
        await page.keyboard.up('Control')
        await page.keyboard.type(letters)
      }
      await press('delete')
      await page.keyboard.press('Enter')
      expect(await page.$eval('details:has(form[data-method=DELETE])', (details) => details.open), 'it is not opened')
      await press(email)
      await page.waitForSelector('dialog a[href*="/portalUsers/"]')
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
      expect(page.url() === user, page.url())
    })
  }
  await is('the page tells what has happened, and a click puts it back', async () => {
    await person.go(user)
    const change = async (mobile) => {
      const headers = { authorization, 'content-type': 'application/ld+json' }
      const answer = await fetch(user, { method: 'PATCH', headers, body: JSON.stringify({ mobile }) })
      expect(answer.ok, `PATCH: ${answer.status}`)
    }
    await change('+441')
    if (hasScript) {
      // Nobody has asked for the page again.
      await page.waitForFunction(() => document.querySelector('#timeline')?.textContent.includes('+441'))
      expect((await person.text('#properties-now')).includes('+441'), 'the properties are those of before')
    }
    await change('+442')
    await person.go(user)
    const told = await person.text('#timeline')
    expect(told.includes('+441') && told.includes('+442') && told.includes('created'), told)
    await person.follow('#timeline li:nth-child(2) a[href*="/state"]')
    expect((await person.text()).includes('This is what it was at'), await person.text())
    await page.goBack()
    await person.follow('#timeline li:nth-child(2) a[href*="?as="]')
    expect((await page.$eval('#do-patch-mobile', (field) => field.value)) === '+441', 'the form has not what it was')
    await person.follow('form[data-method="PATCH"] button:not(.copy)')
    expect((await person.text('#properties-now')).includes('+441'), await person.text())
    await change(null)
    await person.go(user)
  })
  if (hasScript) {
    await is('a list shows what others add while somebody looks at it', async () => {
      const list = user.slice(0, user.lastIndexOf('/'))
      const added = `live-${Date.now()}`
      await person.go(`${list}?q=${added}`)
      expect((await person.text('#members-now')).includes('Nothing fits'), 'somebody is called so')
      await program('POST', list, { email: `${added}@example.org` })
      await page.waitForFunction((text) => document.querySelector('#members-now tbody')?.textContent.includes(text), {}, added)
      await person.go(user)
    })
  }
  await is('what one may do is ten stops away, and a list of a hundred is small', async () => {
    for (const address of [`${customer}/portalUsers?pageSize=100`, `${image.slice(0, image.lastIndexOf('/'))}`, user]) {
      let asked = 0
      // What happens is told by an answer that does not end.
      const count = (request) => (asked += request.resourceType() === 'eventsource' ? 0 : 1)
      page.on('request', count)
      const answer = await page.goto(at(address))
      page.off('request', count)
      const size = (await answer.text()).length
      expect(address === user || size <= 60_000, `${address} has ${size} bytes`)
      expect(address === user || asked <= 4 + (await page.$$('tbody img')).length, `${address} asked ${asked} times`)
      let stops = 0
      do {
        await page.keyboard.press('Tab')
        stops += 1
      } while (stops < 30 && !(await page.evaluate(() => document.activeElement.matches('.operations summary'))))
      expect(stops <= 10, `${address}: ${stops} stops`)
    }
    await person.go(user)
  })
  await is('an image is seen, and in depth where there is a script', async () => {
    await person.go(image)
    await page.waitForSelector(hasScript ? '.zoom[data-shown]' : '.picture img')
    if (hasScript) {
      const drawn = () => document.querySelector('.zoom canvas').toDataURL()
      const before = await page.evaluate(drawn)
      // A phone has as many dots, and has had all of the picture from the start.
      const tile = device || page.waitForResponse((answer) => /iiif-img.*\/default\.jpg$/.test(answer.url()) && answer.ok())
      await page.click('.zoom button[aria-label="Zoom in"]')
      await tile
      await page.waitForFunction((before) => document.querySelector('.zoom canvas').toDataURL() !== before, {}, before)
    }
    await person.go(user)
  })
  await is('images are submitted as lines, are watched, and are seen as pictures', async () => {
    const space = image.split('/').at(-3)
    await person.go(`${customer}/queue`)
    const lines = ['a', 'b', 'c'].map((id) => `${id}-${own},${space},${ferry}`)
    const form = await person.form('POST')
    await page.$eval(`${form} textarea`, (field, text) => (field.value = text), ['id,space,origin', ...lines].join('\n'))
    await person.follow(`${form} button:not(.copy)`)
    expect((await person.text()).includes('It is created.'), await person.text())
    for (let turn = 0; !(await person.text('#progress')).includes('It has ended') && turn < 60; turn += 1) {
      await new Promise((later) => setTimeout(later, 500))
      if (!hasScript) await page.reload()
    }
    expect((await person.text('#progress')).includes('3 of 3 done'), await person.text('#progress'))
    await person.go(image.slice(0, image.lastIndexOf('/')))
    await person.follow('a[href*="view=gallery"]')
    expect((await page.$$('.gallery img')).length >= 4, 'there are no pictures')
    await person.go(user)
  })
  await is('the first page says what is going on', async () => {
    await person.follow('a.brand')
    const news = await person.text('.home')
    expect(/Queue: recent \(\d+\)/.test(news) && news.includes('3 of 3 done'), news)
    expect(/Image Retry: failed \(\d+\)/.test(news), news)
    await person.follow('.home p a')
    expect(page.url() === customer, page.url())
    await person.go(user)
  })
  await is('what people come for is a click away from the first page', async () => {
    for (const place of ['portalUsers', 'spaces', 'queue', 'allImages', 'namedQueries', 'keys']) {
      await person.go('/')
      await person.follow(`.places a[href$="/${place}"]`)
      expect(page.url() === `${customer}/${place}`, page.url())
    }
  })
  await is('a space is made', async () => {
    await person.go('/')
    await person.follow('.places a[href$="/spaces"]')
    await person.send('POST', { name: `Kept by ${own} ${Date.now()}` })
    expect((await person.text()).includes('It is created.'), await person.text())
  })
  await is('what is not there is said, and leads on', async () => {
    await person.go('/customers/999999')
    expect((await person.text('h1')).includes('Not Found'), await person.text())
    await person.follow('.crumbs a')
    expect(page.url() === at('') || page.url() === at('customers'), page.url())
  })
  await is('an administrator finds a customer, moves it in the tree, and sets a property of it', async () => {
    const office = await browser.createBrowserContext()
    const desk = await office.newPage()
    await desk.setJavaScriptEnabled(hasScript)
    const [adminKey, adminSecret] = setting('PORTICO_ADMINISTRATOR').split(':')
    const made = async (address, body) => {
      const headers = { authorization: basic(adminKey, adminSecret), 'content-type': 'application/json' }
      const answer = await fetch(at(address), { method: 'POST', headers, body: JSON.stringify(body) })
      expect(answer.status === 201, `${answer.status} ${await answer.clone().text()}`)
      return answer.json()
    }
    const name = (what) => `${what}-${own}-${Date.now()}`
    const group = await made('customers', { name: name('harbours'), displayName: 'Harbours', kind: 'group' })
    const leaf = await made('customers', { name: name('jetty'), displayName: 'Jetty' })
    const descriptor = { key: name('berths'), section: 'Size', valueType: 'integerType', descriptions: { english: 'Berths' } }
    await made('propertyDescriptors', descriptor)
    const admin = new Person(desk)
    await admin.go('/session')
    await desk.type('#name', adminKey)
    await desk.type('#password', adminSecret)
    await admin.follow('.sign-in button')
    await desk.type('.find input', leaf.name)
    await Promise.all([desk.waitForNavigation(), desk.keyboard.press('Enter')])
    await admin.follow(`#found a[href="${leaf['@id']}"]`)
    await admin.follow('dl.properties dd a[href$="/move"]')
    await admin.send('POST', { parent: group['@id'] })
    await admin.go(leaf['@id'])
    expect((await admin.text('.tree')).includes(group.name), await admin.text('.tree'))
    await admin.go(`${leaf['@id']}/properties?includeUnset=true`)
    await admin.follow(`tbody a[href$="/${descriptor.key}"]`)
    await admin.send('PUT', { value: '7' })
    expect((await admin.text('dl.properties')).includes('7'), await admin.text('dl.properties'))
    await office.close()
  })
  await is('ten thousand images are paged, ordered and narrowed', async () => {
    await person.go(`${full}/images`)
    expect((await person.text('#members')).includes('10000 members'), await person.text('#members'))
    const numbers = () => page.$$eval('tbody th', (names) => names.map((name) => Number(/many-(\d+)/.exec(name.textContent)[1])))
    const ways = await page.$$eval('nav.pages a', (all) => all.map((one) => one.textContent))
    expect(ways.includes('next') && ways.includes('last'), `${ways}`)
    await person.follow('nav.pages a[rel=next]')
    expect((await numbers()).length === 100, 'the second page is not a hundred')
    await person.go(`${full}/images?orderByDescending=number1`)
    expect((await numbers())[0] === 9999, `${await numbers()}`)
    await person.go(`${full}/images`)
    if (!(await page.$('details.search[open]'))) await page.click('details.search summary')
    await page.type('.search [name=string1]', 'Word 42')
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    expect((await numbers()).length === 100 && (await numbers()).every((number) => number % 100 === 42), `${await numbers()}`)
    await person.go(user)
  })
  await is('several are ticked, and changed at once', async () => {
    await person.go(`${customer}/portalUsers?pageSize=3&q=crowd-${device ? 1 : 2}${hasScript ? 1 : 2}`)
    const boxes = await page.$$('tbody input[name=pick]')
    expect(boxes.length === 3, `there are ${boxes.length} to tick`)
    for (const box of boxes) await box.click()
    await person.follow('form.several button')
    await person.send('PATCH', { enabled: 'false' })
    expect((await person.text()).includes('The change is made.'), await person.text())
    expect(await page.$$eval('tbody tr', (rows) => rows.length === 3 && rows.every((row) => row.textContent.includes('no'))), await person.text('tbody'))
    for (const box of await page.$$('tbody input[name=pick]')) await box.click()
    await person.follow('form.several button')
    await person.send('DELETE')
    expect((await person.text()).includes('It is deleted.'), await person.text())
    await person.go(user)
  })
  await is('what an image asks for is ticked', async () => {
    await person.go(image)
    await person.form('PATCH')
    const role = await page.$('form[data-method=PATCH] input[type=checkbox][name=roles]')
    await role.click()
    await person.follow('form[data-method=PATCH] button:not(.copy)')
    expect((await program('GET', image)).roles.length === 1, 'it has no role')
    await person.follow('#notice button')
    expect((await program('GET', image)).roles.length === 0, 'it is not undone')
    await person.go(user)
  })
  await is('a change is put back by a button', async () => {
    await person.send('PATCH', { mobile: '+442079460777' })
    expect((await person.text('dl.properties')).includes('+442079460777'), 'it is not changed')
    await person.follow('#notice button')
    expect(!(await person.text('dl.properties')).includes('+442079460777'), 'it is not undone')
  })
  await is('a request is written by hand, and its answer is seen', async () => {
    await person.follow('a[href*="/console?of="]')
    await person.follow('form.console button')
    expect((await person.text('#content')).includes('200 OK'), await person.text('#content'))
    await page.select('#console-method', 'PATCH')
    await page.type('#console-body', '{"mobile": "no number"}')
    await person.follow('form.console button')
    expect((await person.text('#content')).includes('400 Bad Request'), await person.text('#content'))
    await person.go(user)
  })
  await is('a form is shown as a request, and nothing is done', async () => {
    const form = await person.form('DELETE')
    await person.follow(`${form} button[name=_show]`)
    expect((await person.text()).includes(`DELETE ${user}`), await person.text())
    await person.go(user)
  })
  await is('a change that somebody else was faster with is shown, and made', async () => {
    await page.reload()
    const form = await person.form('PATCH')
    await page.type(`${form} [name="mobile"]`, '+4712345678')
    const body = JSON.stringify({ mobile: '+4787654321' })
    await fetch(user, { method: 'PATCH', headers: { authorization, 'content-type': 'application/ld+json' }, body })
    const answer = await person.follow(`${form} button:not(.copy)`)
    expect(answer.status() === 412, `${answer.status()}`)
    expect((await person.text()).includes('It is now: +4787654321'), await person.text())
    await person.follow('form[data-method="PATCH"] button:not(.copy)')
    expect((await person.text()).includes('The change is made.'), await person.text())
    expect((await person.text('dl.properties')).includes('+4712345678'), 'the change is not there')
  })
  await is('a role is granted, and the account disabled', async () => {
    await person.follow('dl.properties dd a[href$="/roles"]')
    const roles = await page.$$eval('#do-post-name-choices option', (all) => all.map((option) => option.value))
    expect(roles.join() === 'admin,readonly', `one may choose ${roles}`)
    await person.send('POST', { name: 'readonly' })
    await person.go(user)
    await person.send('PATCH', { enabled: 'false' })
    expect((await person.text('dl.properties')).includes('Enabled no'), await person.text('dl.properties'))
  })
  await is('whoever has a role signs in with a password, and is offered what it permits', async () => {
    for (const [role, may] of [['admin', true], ['readonly', false]]) {
      const member = { email: `${role}-${own}-${Date.now()}@example.org`, password: `long enough ${Date.now()}` }
      const account = await program('POST', `${customer}/portalUsers`, member)
      await program('POST', `${account['@id']}/roles`, { name: role })
      const theirs = await browser.createBrowserContext()
      const window = await theirs.newPage()
      await window.setJavaScriptEnabled(hasScript)
      const other = new Person(window)
      await other.go('/session')
      await window.type('#name', member.email)
      await window.type('#password', member.password)
      await other.follow('.sign-in button')
      await other.follow('.account a')
      expect(window.url() === customer, window.url())
      await other.follow('dl.properties dd a[href$="/portalUsers"]')
      expect(((await window.$('form[data-method=POST]')) !== null) === may, `${role} is offered something else`)
      const refused = await window.goto(at('customers/1'))
      expect(refused.status() === 404, `${role} sees another customer: ${refused.status()}`)
      await theirs.close()
    }
  })
  await is('a list is sorted, paged, and narrowed to what is looked for', async () => {
    const emails = () => page.$$eval('tbody th', (all) => all.map((one) => one.textContent.trim()))
    await person.go(`${customer}/portalUsers?pageSize=20`)
    await person.follow('thead th:first-child a')
    const first = await emails()
    expect(first.length === 20 && first.join() === [...first].sort().join(), `${first}`)
    await person.follow('thead th:first-child a')
    expect((await emails())[0] > first[19], 'it is in the same order')
    await person.follow('a[rel=next]')
    await person.follow('a[rel=prev]')
    if (!(await page.$('details.search[open]'))) await page.click('details.search summary')
    await page.type('main [name=q]', 'crowd-7')
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    const found = await emails()
    expect(found.length > 0 && found.every((email) => email.includes('crowd-7')), `${found}`)
    await person.go(user)
  })
  await is('a named query is made, and its images are shown by a viewer', async () => {
    await person.go(`${customer}/namedQueries`)
    await person.send('POST', { name: `browser-${own}-${Date.now()}`, template: 'space=p1' })
    const values = await page.$('form[action$="/parts"] [name=parts]')
    await values.type(image.split('/').at(-3))
    const [answer] = await Promise.all([page.waitForNavigation(), page.click('form[action$="/parts"] button')])
    expect(answer.ok() && (await answer.json()).type === 'Manifest', `${answer.status()}`)
    await page.goBack()
    await person.send('DELETE')
    await person.go(user)
  })
  await is('the account is deleted, and the list says so', async () => {
    await person.send('DELETE')
    expect(page.url().endsWith('/portalUsers'), page.url())
    expect((await person.text()).includes('It is deleted.'), await person.text())
    expect(!(await person.text('tbody')).includes(email), 'it is still there')
  })
  await is('the secret of a new key is shown once', async () => {
    await person.go(`${customer}/keys`)
    await person.send('POST')
    const told = await person.text('.once')
    expect(told.includes('shown this once'), told)
    const made = (await person.text('code.iri')).trim()
    await person.go(made)
    expect(!(await page.$('.once')), 'it is shown again')
    await person.send('DELETE')
  })
  await is('a logo is sent and seen', async () => {
    const token = process.env.PORTICO_ADMINISTRATOR
    await page.setExtraHTTPHeaders({ authorization: basic(...token.split(':')) })
    await person.go(`${customer}/logo`)
    await person.send('PUT', { _file: picture })
    await page.waitForSelector('.picture img')
    const width = await page.$eval('.picture img', (image) => image.getAttribute('src'))
    expect(width.endsWith('/logo'), width)
    if (hasScript) {
      await page.waitForFunction(() => document.querySelector('.picture img').naturalWidth > 0)
    }
    await person.send('DELETE')
    await page.setExtraHTTPHeaders({})
  })
  await is('what people wrote is shown as they wrote it, and is nothing else', async () => {
    const hostile = `"'><img src=x onerror=alert(1)><script>alert(1)</script>--><!--name /customers/1-->${own}`
    const { '@id': space } = await program('POST', `${customer}/spaces`, { name: hostile, defaultTags: ['</bdi><svg onload=alert(1)>'] })
    const place = encodeURIComponent(new URL(space).pathname.replace('/portico', ''))
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs += 1
      dialog.dismiss()
    })
    for (const address of [space, `${space}/images`, `${customer}/spaces`, '/search?q=onerror', `/removal?of=${place}`, `/search?q=${encodeURIComponent(hostile)}`]) {
      await person.go(address)
      const foreign = await page.$$eval('script:not([src]), img[src="x"], svg[onload], [onerror]', (all) => all.length)
      expect(foreign === 0 && dialogs === 0, `${address}: ${foreign} elements, ${dialogs} dialogs`)
      expect((await page.$eval('body', (body) => body.textContent)).includes(hostile), `${address} does not show it`)
    }
    if (hasScript) {
      await page.keyboard.down('Control')
      await page.keyboard.press('k')
      await page.keyboard.up('Control')
      await page.keyboard.type('onerror')
      await page.waitForFunction(() => document.querySelector('dialog')?.textContent.includes('onerror'))
      expect(dialogs === 0 && (await page.$$('dialog img, dialog script')).length === 0, 'the palette believes it')
      await page.keyboard.press('Escape')
    }
    await person.go(user)
  })
  if (device) {
    await is('no page is wider than the phone', async () => {
      const list = `${customer}/portalUsers`
      for (const address of ['/', '/customers', customer, list, `${list}?pageSize=100`, image, `${customer}/allImages`, `${image.slice(0, image.lastIndexOf('/'))}?view=gallery`, `${customer}/queue`, `${customer}/children`, '/search?q=example', '/vocab', '/vocab/Customer', '/vocab/terms', '/nowhere']) {
        await page.goto(at(address))
        // What is open is a part of the page.
        await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)))
        const { wide, window } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth }))
        expect(wide <= window, `${address}: ${wide} of ${window}`)
      }
    })
  }
  if (hasScript && !device) {
    await is('an address of the vocabulary leads to what it names', async () => {
      for (const name of ['PortalUser', 'PortalUser/email', 'status404', 'orderBy']) {
        await Promise.all([page.waitForNavigation(), page.goto(at(`vocab#${name}`))])
        await page.waitForFunction((name) => document.getElementById(name), {}, name)
        await person.go('/')
      }
    })
    for (const theme of ['light', 'dark']) {
      const sources = []
      await is(`pages are for everybody, ${theme}`, async () => {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
        await page.setBypassCSP(true)
        const pages = ['/', '/session', '/customers', customer, `${customer}/portalUsers`, `${customer}/allImages`, image, `${image.slice(0, image.lastIndexOf('/'))}?view=gallery`, `/removal?of=${encodeURIComponent(new URL(customer).pathname.replace('/portico', ''))}`, `/source?of=${encodeURIComponent(`${new URL(customer).pathname.replace('/portico', '')}/portalUsers`)}`, '/search?q=example', '/vocab', '/vocab/Customer', '/vocab/terms']
        for (const address of [...pages, `${customer}/portalUsers?pageSize=0`, '/nowhere']) {
          sources.push(await (await page.goto(at(address))).text())
          await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)))
          await page.evaluate(axe)
          const { violations } = await page.evaluate(() => axe.run())
          const found = violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`)
          expect(found.length === 0, `${address}: ${found.join('; ').slice(0, 800)}`)
        }
        await page.setBypassCSP(false)
      })
      await is(`pages are valid, ${theme}`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'pages-'))
        const files = sources.map((source, index) => join(folder, `${index}.html`))
        files.forEach((file, index) => writeFileSync(file, sources[index]))
        const { status, stdout, stderr } = spawnSync('java', ['-jar', String(vnu), '--errors-only', '--stdout', ...files], { encoding: 'utf8' })
        rmSync(folder, { recursive: true })
        expect(status === 0, `${stdout}${stderr}`.slice(0, 800))
      })
    }
  }
  await is('after signing out, Back shows nothing', async () => {
    await person.go(customer)
    const shown = await person.text('h1')
    await person.follow('.account button')
    await page.goBack()
    expect(!(await person.text()).includes(shown), 'what was seen is seen again')
    await person.go(customer)
    expect(page.url().includes('/session'), page.url())
  })
  await is('no page asked for what it may not load', async () => {
    expect(person.refused.length === 0, person.refused.join('; '))
  })
  await context.close()
}

await story('with the script', true)
await story('without a script', false)
for (const hasScript of [true, false]) await story(`on a phone, ${hasScript ? 'with the script' : 'without a script'}`, hasScript, KnownDevices['iPhone 13'])
await close()
finish()
