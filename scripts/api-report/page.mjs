/** The public names as a page, and what differs between two such pages. */

const PREFACE = `# Public names

All that can be imported, with signatures. \`npm run api:update\` makes this page from the code, and the gate fails when
the two differ: what changes here changes for users, and belongs into the change log.
`

/** Title -> `{ text }[]` as Markdown. */
export function render(sections) {
  const parts = [...sections].map(
    ([title, blocks]) =>
      `\n## ${title}\n\n\`\`\`ts\n${blocks.map(({ text }) => text).join('\n\n')}\n\`\`\`\n`,
  )
  return PREFACE + parts.join('')
}

const HEAD =
  /^(?:abstract )?(?:class|interface|type|function|const|let|export \{|declare \w+|namespace)\s*[\w$'-]*/

/** The lines of each name on a page: `section: class Name` -> lines. */
function parse(page) {
  const blocks = new Map()
  for (const section of page.split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n'))
    const code = section.split('```')[1]?.slice('ts\n'.length).trim() ?? ''
    for (const text of code === '' ? [] : code.split('\n\n')) {
      let label = `${title}: ${HEAD.exec(text)?.[0] ?? text.split('\n')[0]}`
      while (blocks.has(label)) label += ' (again)'
      blocks.set(label, text.split('\n'))
    }
  }
  return blocks
}

function changed(old, now) {
  const gone = old.filter((line) => !now.includes(line)).map((line) => `    - ${line.trim()}`)
  const come = now.filter((line) => !old.includes(line)).map((line) => `    + ${line.trim()}`)
  return gone.length + come.length > 0 ? [...gone, ...come] : ['    (the order of its lines)']
}

/** What was added, removed and changed between two pages, in lines to print. */
export function differences(before, after) {
  const [olds, news] = [parse(before), parse(after)]
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((label) => {
    const [old, now] = [olds.get(label), news.get(label)]
    if (old === undefined) return [`added    ${label}`]
    if (now === undefined) return [`removed  ${label}`]
    return old.join('\n') === now.join('\n') ? [] : [`changed  ${label}`, ...changed(old, now)]
  })
}
