// Prints a token for the account in the environment.

import { setting } from './checks.mjs'

const response = await fetch(new URL('oauth/token', setting('PORTICO_URL')), {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'password',
    username: setting('PORTICO_USER'),
    password: setting('PORTICO_PASSWORD'),
  }),
})
if (!response.ok) {
  throw new Error(`signing in failed with ${response.status}: ${await response.text()}`)
}
console.log((await response.json()).access_token)
