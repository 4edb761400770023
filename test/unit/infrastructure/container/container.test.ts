import { expect } from 'chai'
import { createContainer, type Token } from '../../../../src/infrastructure/container/index.ts'

interface Part {
  readonly name: string
}

const token = (name: string) => Symbol(name) as Token<Part>
const A = token('a')
const B = token('b')

describe('a container', () => {
  it('makes a service when it is first asked for, once', () => {
    const container = createContainer()
    let made = 0
    container.register(A, () => ({ name: `a${++made}` }))
    expect(made).to.equal(0)
    expect(container.resolve(A)).to.equal(container.resolve(A))
    expect(made).to.equal(1)
  })

  it('gives a factory what it depends on', () => {
    const container = createContainer()
    container.register(A, () => ({ name: 'a' }))
    container.register(B, (c) => ({ name: `b of ${c.resolve(A).name}` }))
    expect(container.resolve(B).name).to.equal('b of a')
  })

  it('refuses a token that nobody registered, with its name', () => {
    expect(() => createContainer().resolve(token('nobody'))).to.throw('nobody')
  })

  it('is apart from every other container', () => {
    const one = createContainer()
    one.register(A, () => ({ name: 'a' }))
    expect(() => createContainer().resolve(A)).to.throw()
  })
})

describe('a child container', () => {
  it('shares the instances of its parent, whoever asks first', () => {
    const parent = createContainer()
    parent.register(A, () => ({ name: 'a' }))
    parent.register(B, () => ({ name: 'b' }))
    const child = parent.child()
    const first = child.resolve(A)
    expect([parent.resolve(A), parent.child().resolve(A)]).to.deep.equal([first, first])
    expect(parent.resolve(A)).to.equal(first)
    expect(child.resolve(B)).to.equal(parent.resolve(B))
  })

  it('has its own where it registered one', () => {
    const parent = createContainer()
    parent.register(A, () => ({ name: 'parent' }))
    const child = parent.child()
    child.register(A, () => ({ name: 'child' }))
    expect([child.resolve(A).name, parent.resolve(A).name]).to.deep.equal(['child', 'parent'])
  })

  it('takes nothing of its parent with it when it is disposed', async () => {
    const disposed: string[] = []
    const parent = createContainer()
    parent.register(
      A,
      () => ({ name: 'a' }),
      ({ name }) => void disposed.push(name),
    )
    const child = parent.child()
    child.register(
      B,
      () => ({ name: 'b' }),
      ({ name }) => void disposed.push(name),
    )
    const a = child.resolve(A)
    child.resolve(B)
    await child.dispose()
    expect(disposed).to.deep.equal(['b'])
    expect(parent.resolve(A)).to.equal(a)
  })
})

describe('the end of a container', () => {
  it('disposes what was made, last made first, and waits for each', async () => {
    const disposed: string[] = []
    const container = createContainer()
    const dispose = async ({ name }: Part) => {
      await Promise.resolve()
      disposed.push(name)
    }
    container.register(A, () => ({ name: 'a' }), dispose)
    container.register(B, (c) => ({ name: `b of ${c.resolve(A).name}` }), dispose)
    container.register(token('unused'), () => ({ name: 'unused' }), dispose)
    container.resolve(B)
    await container.dispose()
    expect(disposed).to.deep.equal(['b of a', 'a'])
    expect(() => container.resolve(A)).to.throw()
  })

  it('disposes once, however often it is asked', async () => {
    let disposed = 0
    const container = createContainer()
    container.register(
      A,
      () => ({ name: 'a' }),
      () => void disposed++,
    )
    container.resolve(A)
    await container.dispose()
    await container.dispose()
    expect(disposed).to.equal(1)
  })

  it('disposes the rest when one cannot be disposed, and says so at the end', async () => {
    const disposed: string[] = []
    const container = createContainer()
    container.register(
      A,
      () => ({ name: 'a' }),
      ({ name }) => void disposed.push(name),
    )
    container.register(
      B,
      () => ({ name: 'b' }),
      () => Promise.reject(new Error('stuck')),
    )
    container.resolve(A)
    container.resolve(B)
    const error = await container.dispose().catch((reason: unknown) => reason)
    expect(error).to.have.property('message', 'stuck')
    expect(disposed).to.deep.equal(['a'])
  })
})
