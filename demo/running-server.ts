export type RunningServer = {
  readonly port: number
  /** Takes no new connections, lets running answers end, then resolves. */
  close(): Promise<void>
}
