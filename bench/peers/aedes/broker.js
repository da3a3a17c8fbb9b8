// Aedes on a port of this machine, in memory: node broker.js PORT
import { Aedes } from 'aedes'
import { createServer } from 'node:net'

const broker = await Aedes.createBroker({ concurrency: 1000, queueLimit: 100000 })
createServer({ noDelay: true }, broker.handle).listen(Number(process.argv[2]), '127.0.0.1')
