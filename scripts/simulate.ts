import { simulateCommand } from './simulate/index.ts'

process.exitCode = await simulateCommand(process.argv.slice(2), {
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
})
