import { createApp } from './app.ts'

const app = await createApp()
app.enableShutdownHooks()
await app.listen(3000)
