// Checks that go on after one has failed: a client that cannot do one thing may still be able to do the next.

let failed = 0

/** Runs a check and prints how it went; answers what the check answers, or nothing if it failed. */
export async function check(what, act) {
  try {
    const result = await act()
    console.log(`ok - ${what}`)
    return result
  } catch (error) {
    failed += 1
    console.log(`not ok - ${what}: ${reason(error)}`)
    return undefined
  }
}

/** Ends the process: with 1 if a check failed. */
export function finish() {
  process.exit(failed === 0 ? 0 : 1)
}

/** A setting that the script cannot do without. */
export function setting(name) {
  const value = process.env[name]
  if (!value) {
    console.error(`${name} is not set`)
    process.exit(2)
  }
  return value
}

/** Text that no earlier run has used: the database may have been there before. */
export function unique(prefix) {
  return `${prefix}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`
}

// The parser throws objects that are not errors.
function reason(error) {
  const message = error?.message ?? error?.error?.message ?? JSON.stringify(error)
  return String(message).replace(/\s+/g, ' ')
}
