export { checkedCreateOptions, checkedOptions } from './checked-options.ts'
export { configurationJsonSchema } from './schema.ts'
