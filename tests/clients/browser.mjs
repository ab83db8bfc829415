// What scripts have in common that sit at a browser: the service, somewhere to fetch a picture from, and Chromium.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'

import { setting } from './checks.mjs'

export const url = setting('PORTICO_URL')

/** An address of the service, which may be below a path of its host. */
export function at(address) {
  return new URL(address.replace(/^\//, ''), url).href
}

/** A picture as a file. */
export const picture = fileURLToPath(new URL('../../docs/pictures/ferry.jpg', import.meta.url))

const origin = createServer((_, answer) => answer.end(readFileSync(picture))).listen(0, '127.0.0.1')
await new Promise((listening) => origin.once('listening', listening))

/** The address where it is fetched from. */
export const ferry = `http://127.0.0.1:${origin.address().port}/ferry.jpg`

export const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Who runs as root, as in a container, has no sandbox.
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})

/** What a program sends to say who it is. */
export function basic(key, secret) {
  return `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`
}

export async function close() {
  await browser.close()
  origin.close()
}
