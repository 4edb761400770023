/** The suite's origin as a plain handler on Express, with Express's `res.send`, and on Fastify. */
export const ORIGINS = ['express-raw', 'express-send', 'fastify'] as const
export type Origin = (typeof ORIGINS)[number]
