/**
 * The layers of the project and who may import whom (docs/architecture.md).
 * A layer is a part of the tree with one place in the import directions.
 */
export type LayerKind =
  | 'names' // src/index.ts: the public names
  | 'composition' // the files that may see everything
  | 'domain'
  | 'application'
  | 'infrastructure'
  | 'presentation'
  | 'plugin'
  | 'family' // the barrel of the strategies or of the backends, for the composition root only
  | 'adapter'
  | 'contracts' // the contract suites, shipped as hitherto/testing

export interface Layer {
  readonly kind: LayerKind
  /** The folder of the layer, or the file when the layer is one file. */
  readonly root: string
}

/** The composition root and the catalogue of names. */
const COMPOSITION = new Set([
  'src/create-cache.ts',
  'src/composition.ts',
  'src/named-parts.ts',
  'plugins/catalogue.ts',
])
const LAYER_FOLDERS = ['domain', 'application', 'infrastructure', 'presentation'] as const
/** Folders of plugins with one plugin in each subfolder; other folders below plugins/ are one plugin. */
const FAMILIES = ['plugins/strategies', 'plugins/backends']

const MAY_IMPORT: Readonly<Record<LayerKind, readonly LayerKind[]>> = {
  names: ['composition', 'domain', 'application', 'infrastructure', 'presentation'],
  composition: [
    'composition',
    'domain',
    'application',
    'infrastructure',
    'presentation',
    'plugin',
    'family',
    'adapter',
  ],
  domain: [],
  application: ['domain'],
  infrastructure: ['application', 'domain'],
  presentation: ['application', 'domain'],
  plugin: ['application', 'domain'],
  family: ['plugin'],
  adapter: ['names', 'plugin'],
  contracts: ['names', 'application', 'domain'],
}

/** The layer of a file, or undefined for a file that is in none. */
export function layerOf(path: string): Layer | undefined {
  if (path === 'src/index.ts') return { kind: 'names', root: path }
  if (COMPOSITION.has(path)) return { kind: 'composition', root: path }
  const [area, first, second, third] = path.split('/')
  if (area === 'src') {
    const kind = LAYER_FOLDERS.find((folder) => folder === first)
    return kind === undefined ? undefined : { kind, root: `src/${kind}` }
  }
  if (second === undefined) return undefined
  if (area === 'test')
    return first === 'contracts' ? { kind: 'contracts', root: 'test/contracts' } : undefined
  if (area === 'adapters') return { kind: 'adapter', root: `adapters/${first}` }
  if (area !== 'plugins') return undefined
  if (!FAMILIES.includes(`plugins/${first}`)) return { kind: 'plugin', root: `plugins/${first}` }
  if (second === 'index.ts') return { kind: 'family', root: path }
  return third === undefined ? undefined : { kind: 'plugin', root: `plugins/${first}/${second}` }
}

export function mayImport(from: Layer, to: Layer): boolean {
  return from.root === to.root || MAY_IMPORT[from.kind].includes(to.kind)
}

/**
 * The folders in which a package may be named, type-only imports included. A package that is not in this table
 * may not be named at all, so a new dependency shows up here and in docs/decisions.
 */
export const PACKAGE_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '@mikro-orm/core': ['adapters/mikro-orm'],
  '@opentelemetry/api': ['src/infrastructure/telemetry'],
  '@prisma/client': ['adapters/prisma'],
  'drizzle-orm': ['adapters/drizzle'],
  express: ['adapters/express'],
  fastify: ['adapters/fastify'],
  'fastify-plugin': ['adapters/fastify'],
  fflate: ['src/infrastructure/codec'],
  ioredis: ['plugins/backends/redis'],
  keyv: ['plugins/backends/keyv'],
  knex: ['adapters/knex'],
  kysely: ['adapters/kysely'],
  memjs: ['plugins/backends/memcached'],
  mongoose: ['adapters/mongoose'],
  'reflect-metadata': ['src/infrastructure/container'],
  sequelize: ['adapters/sequelize'],
  superjson: ['src/infrastructure/codec'],
  tsyringe: ['src/infrastructure/container'],
  typeorm: ['adapters/typeorm'],
  zod: ['src/application', 'src/infrastructure', 'src/presentation', 'plugins', 'adapters'],
}
