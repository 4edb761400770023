/** The part of pino's and console's interface that is used. Message first or object first is the logger's affair. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
