// Plays clients of MQTT.js as Puppeteer.java tells it, line by line.
'use strict';
const fs = require('node:fs');
const readline = require('node:readline');
const mqtt = require('mqtt');

const puppets = new Map();

function say(verb, handle, fields) {
    const line = new URLSearchParams({client: handle});
    for (const [name, value] of fields) {
        if (value !== undefined && value !== null) {
            line.append(name, value);
        }
    }
    process.stdout.write(`${verb} ${line}\n`);
}

const protocols = {tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss'};
const decoded = (text) => Buffer.from(text, 'base64');
const encoded = (bytes) => bytes === undefined ? undefined : Buffer.from(bytes).toString('base64');

// MQTT.js has one value for a name, or an array of them.
function userProperties(pairs) {
    const properties = Object.create(null);
    for (const pair of pairs) {
        const at = pair.indexOf('=');
        const name = pair.slice(0, at);
        properties[name] = [...(properties[name] ?? []), pair.slice(at + 1)];
    }
    return properties;
}

class Puppet {
    constructor(handle) {
        this.handle = handle;
        // The client's half of the session, which outlives its connections.
        this.stores = {incomingStore: new mqtt.Store({clean: false}), outgoingStore: new mqtt.Store({clean: false})};
    }

    answer(number, fields = []) {
        say('ok', this.handle, [['number', number], ...fields]);
    }

    // A callback that answers or reports the error.
    done(number, fields = () => []) {
        return (error, result) => error
            ? say('error', this.handle, [['number', number], ['text', error.message]])
            : this.answer(number, fields(result));
    }

    connect(ask, number) {
        const version = Number(ask.get('version'));
        const v5 = version === 5;
        const options = {
            host: '127.0.0.1', port: Number(ask.get('port')), protocol: protocols[ask.get('transport')],
            path: '/mqtt', clientId: ask.get('id'), clean: ask.get('clean') === '1', protocolVersion: version,
            protocolId: version === 3 ? 'MQIsdp' : 'MQTT', keepalive: Number(ask.get('keep_alive')),
            reconnectPeriod: 0, resubscribe: false, ...this.stores,
        };
        if (ask.has('ca')) {
            options.ca = fs.readFileSync(ask.get('ca'));
        }
        if (v5) {
            options.properties = {
                sessionExpiryInterval: Number(ask.get('expiry')), receiveMaximum: Number(ask.get('receive_maximum')),
            };
        }
        if (ask.has('will_topic')) {
            options.will = {
                topic: ask.get('will_topic'), payload: decoded(ask.get('will_payload')),
                qos: Number(ask.get('will_qos')), retain: ask.get('will_retain') === '1',
            };
            if (v5 && ask.has('will_content_type')) {
                options.will.properties = {contentType: ask.get('will_content_type')};
            }
        }
        this.v5 = v5;
        this.aliases = new Map();
        this.leaving = false;
        let waiting = true;
        let reason = -1;
        const client = this.client = mqtt.connect(options);
        client.on('connect', (connack) => {
            waiting = false;
            this.answer(number, [['present', connack.sessionPresent ? 1 : 0]]);
        });
        client.on('error', (error) => {
            if (waiting) {
                waiting = false;
                this.done(number)(error);
            }
        });
        client.on('disconnect', (packet) => {
            reason = packet.reasonCode ?? -1;
        });
        client.on('close', () => {
            if (!this.leaving) {
                say('ended', this.handle, [['reason', reason]]);
            }
        });
        client.on('message', (topic, payload, packet) => this.received(topic, payload, packet));
    }

    received(topic, payload, packet) {
        const p = packet.properties ?? {};
        const fields = [
            ['topic', topic], ['payload', encoded(payload)], ['qos', packet.qos], ['retain', packet.retain ? 1 : 0],
            ['content_type', p.contentType], ['response_topic', p.responseTopic],
            ['correlation', encoded(p.correlationData)], ['expiry', p.messageExpiryInterval],
        ];
        for (const [name, values] of Object.entries(p.userProperties ?? {})) {
            for (const value of [values].flat()) {
                fields.push(['user', `${name}=${value}`]);
            }
        }
        say('message', this.handle, fields);
    }

    subscribe(ask, number) {
        this.client.subscribe(ask.get('filter'), {qos: Number(ask.get('qos'))},
            this.done(number, (granted) => [['granted', granted[0].qos]]));
    }

    unsubscribe(ask, number) {
        this.client.unsubscribe(ask.get('filter'), this.done(number));
    }

    publish(ask, number) {
        const options = {qos: Number(ask.get('qos')), retain: ask.get('retain') === '1'};
        let topic = ask.get('topic');
        if (this.v5) {
            const p = options.properties = {};
            if (ask.has('content_type')) {
                p.contentType = ask.get('content_type');
            }
            if (ask.has('response_topic')) {
                p.responseTopic = ask.get('response_topic');
            }
            if (ask.has('correlation')) {
                p.correlationData = decoded(ask.get('correlation'));
            }
            if (ask.has('expiry')) {
                p.messageExpiryInterval = Number(ask.get('expiry'));
            }
            if (ask.has('user')) {
                p.userProperties = userProperties(ask.getAll('user'));
            }
            if (ask.has('alias')) {
                p.topicAlias = Number(ask.get('alias'));
                const known = this.aliases.get(p.topicAlias) === topic;
                this.aliases.set(p.topicAlias, topic);
                topic = known ? '' : topic;
            }
        }
        this.client.publish(topic, decoded(ask.get('payload')), options, this.done(number));
    }

    disconnect(ask, number) {
        this.leaving = true;
        this.client.end(false, {}, () => this.answer(number));
    }

    close(ask, number) {
        this.leaving = true;
        puppets.delete(this.handle);
        this.client.end(true, {}, () => this.answer(number));
    }
}

readline.createInterface({input: process.stdin}).on('line', (line) => {
    const space = line.indexOf(' ');
    const verb = line.slice(0, space);
    const ask = new URLSearchParams(line.slice(space + 1));
    const handle = ask.get('client');
    if (!puppets.has(handle)) {
        if (verb !== 'connect') {
            say('ok', handle, [['number', ask.get('number')]]);
            return;
        }
        puppets.set(handle, new Puppet(handle));
    }
    try {
        puppets.get(handle)[verb](ask, ask.get('number'));
    } catch (error) {
        say('error', handle, [['number', ask.get('number')], ['text', error.stack]]);
    }
}).on('close', () => process.exit(0));
