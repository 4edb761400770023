import { expect } from 'chai'
import fc from 'fast-check'
import { type Column, formatTable } from '../../../demo/table.ts'

const columns: readonly Column[] = [
  { head: ['', 'name'], align: 'left' },
  { head: ['hit', 'ratio'], align: 'right' },
]

describe('the table of the demo', () => {
  it('aligns words left and numbers right, with a rule between groups', () => {
    const groups = [
      [{ cells: ['Fastify', '9.5 %'] }, { cells: ['Express', '10.0 %'] }],
      [{ cells: ['in all', '9.8 %'], strong: true }],
    ]
    expect(formatTable(columns, groups, false)).to.equal(
      [
        '            hit',
        'name      ratio',
        '---------------',
        'Fastify   9.5 %',
        'Express  10.0 %',
        '---------------',
        'in all    9.8 %',
      ].join('\n'),
    )
  })

  it('keeps every line within the width of the rule', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme-composite' })), { minLength: 1 }),
        (cells) => {
          const lines = formatTable(
            columns,
            [cells.map(([a, b]) => ({ cells: [clean(a), clean(b)] }))],
            false,
          ).split('\n')
          const width = [...lines[2]!].length
          for (const line of lines) expect([...line].length).to.be.at.most(width)
        },
      ),
    )
  })

  it('has colour codes only when asked, and they change no width', () => {
    const groups = [[{ cells: ['a', '1'], strong: true }]]
    const plain = formatTable(columns, groups, false)
    const painted = formatTable(columns, groups, true)
    expect(plain).to.not.include('\u001b')
    expect(painted).to.include('\u001b[1m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
    expect(painted.replace(/\u001b\[\d+m/g, '')).to.equal(plain)
  })
})

const clean = (text: string): string => text.replace(/\s/gu, '')
