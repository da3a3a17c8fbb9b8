// MQTT.js with topic aliases towards it: what topics come with its messages.
const mqtt = require('mqtt')

const url = `mqtt://127.0.0.1:${process.argv[2]}`
const topic = 'a/topic/that/is/worth/an/alias'
const publisher = mqtt.connect(url, { protocolVersion: 5 })
const subscriber = mqtt.connect(url, { protocolVersion: 5, properties: { topicAliasMaximum: 10 } })
let left = 9

subscriber.on('message', (name, payload) => {
  console.log(`message ${payload} ${name}`)
  if (--left === 0) {
    subscriber.end()
    publisher.end()
  }
})
subscriber.on('connect', () => subscriber.subscribe('a/#', { qos: 2 }, () => {
  for (let i = 0; i < 9; i++) {
    publisher.publish(topic, String(i), { qos: i % 3 })
  }
}))
