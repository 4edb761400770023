import { s3Fifo } from '../../../../plugins/strategies/s3-fifo/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceS3Fifo } from '../../../contracts/reference-s3-fifo.ts'

strategyContract({ describe, it }, s3Fifo, { model: referenceS3Fifo })
