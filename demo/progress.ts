import type { WriteStream } from 'node:tty'
import type { Progress } from './traffic.ts'

export type ProgressLine = { show(progress: Progress): void; end(): void }

/** On a terminal one line that rewrites itself; elsewhere, such as in a log, a line every 10 %. */
export function progressLine(out: WriteStream, total: number): ProgressLine {
  let shownTenth = 0
  const text = ({ sent, hits }: Progress): string => {
    const percent = Math.min(100, Math.floor((100 * sent) / total))
    return `${String(percent).padStart(3)} %  ${sent.toLocaleString('en')} requests, ${hits.toLocaleString('en')} hits`
  }
  return {
    show(progress) {
      const tenth = Math.floor((10 * progress.sent) / total)
      if (out.isTTY) out.write(`\r\u001b[K  ${text(progress)}`)
      else if (tenth > shownTenth) out.write(`  ${text(progress)}\n`)
      shownTenth = tenth
    },
    end() {
      if (out.isTTY) out.write('\r\u001b[K')
    },
  }
}
