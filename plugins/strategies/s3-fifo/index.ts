export { s3Fifo } from './s3-fifo.ts'
