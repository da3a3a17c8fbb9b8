"""Plays clients of Paho for Python as Puppeteer.java tells it, line by line."""
import base64
import sys
import threading
from urllib.parse import parse_qs, urlencode

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

output = threading.Lock()
clients = {}


def say(verb, handle, fields):
    line = verb + ' ' + urlencode([('client', handle)] + [(k, v) for k, v in fields if v is not None])
    with output:
        sys.stdout.write(line + '\n')
        sys.stdout.flush()


def decoded(text):
    return None if text is None else base64.b64decode(text)


def encoded(data):
    return None if data is None else base64.b64encode(data).decode('ascii')


class Puppet:
    def __init__(self, handle, ask):
        self.handle = handle
        self.v5 = ask['version'] == '5'
        self.aliases = {}
        self.lock = threading.Lock()
        self.asked = {}     # packet id -> number of the command
        self.answered = {}  # packet id -> answer that came before the library told its caller the packet id
        self.connecting = None
        self.disconnecting = None
        options = {'client_id': ask['id'], 'protocol': int(ask['version']), 'reconnect_on_failure': False,
                   'transport': 'websockets' if ask['transport'] in ('ws', 'wss') else 'tcp'}
        if not self.v5:
            options['clean_session'] = ask['clean'] == '1'
        if hasattr(mqtt, 'CallbackAPIVersion'):
            options['callback_api_version'] = mqtt.CallbackAPIVersion.VERSION1
        client = self.client = mqtt.Client(**options)
        if ask['transport'] in ('ws', 'wss'):
            client.ws_set_options(path='/mqtt')
        if 'ca' in ask:
            client.tls_set(ca_certs=ask['ca'])
        if 'will_topic' in ask:
            properties = None
            if self.v5:
                properties = Properties(PacketTypes.WILLMESSAGE)
                if 'will_content_type' in ask:
                    properties.ContentType = ask['will_content_type']
            client.will_set(ask['will_topic'], decoded(ask['will_payload']), int(ask['will_qos']),
                            ask['will_retain'] == '1', properties)
        client.on_connect = self.on_connect
        client.on_disconnect = self.on_disconnect
        client.on_message = self.on_message
        client.on_publish = lambda c, u, mid, *more: self.answer(mid, [])
        client.on_unsubscribe = lambda c, u, mid, *more: self.answer(mid, [])
        client.on_subscribe = lambda c, u, mid, granted, *more: self.answer(
            mid, [('granted', getattr(granted[0], 'value', granted[0]))])

    def ok(self, number, fields=()):
        say('ok', self.handle, [('number', number)] + list(fields))

    def answer(self, mid, fields):
        with self.lock:
            if mid not in self.asked:
                self.answered[mid] = fields
                return
            number = self.asked.pop(mid)
        self.ok(number, fields)

    def expect(self, mid, number):
        with self.lock:
            if mid not in self.answered:
                self.asked[mid] = number
                return
            fields = self.answered.pop(mid)
        self.ok(number, fields)

    def on_connect(self, client, userdata, flags, code, properties=None):
        code = getattr(code, 'value', code)
        if code == 0:
            self.ok(self.connecting, [('present', int(flags['session present']))])
        else:
            say('error', self.handle, [('number', self.connecting), ('text', 'CONNACK %d' % code)])

    def on_disconnect(self, client, userdata, code, properties=None):
        number, self.disconnecting = self.disconnecting, None
        if number is not None:
            self.ok(number)
        else:
            # A reason code of the broker's is an object, an error of the library's a number.
            say('ended', self.handle, [('reason', getattr(code, 'value', -1))])

    def on_message(self, client, userdata, message):
        fields = [('topic', message.topic), ('payload', encoded(message.payload)), ('qos', message.qos),
                  ('retain', int(message.retain))]
        if self.v5:
            def get(name):
                return getattr(message.properties, name, None)
            fields += [('content_type', get('ContentType')), ('response_topic', get('ResponseTopic')),
                       ('correlation', encoded(get('CorrelationData'))), ('expiry', get('MessageExpiryInterval'))]
            fields += [('user', '%s=%s' % pair) for pair in get('UserProperty') or []]
        say('message', self.handle, fields)

    def connect(self, ask, number):
        self.connecting = number
        self.aliases.clear()
        options = {'keepalive': int(ask['keep_alive'])}
        if self.v5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = int(ask['expiry'])
            properties.ReceiveMaximum = int(ask['receive_maximum'])
            options.update(clean_start=ask['clean'] == '1', properties=properties)
        self.client.loop_stop()
        self.client.connect('127.0.0.1', int(ask['port']), **options)
        self.client.loop_start()

    def subscribe(self, ask, number):
        qos = int(ask['qos'])
        options = {'options': SubscribeOptions(qos)} if self.v5 else {'qos': qos}
        self.expect(self.client.subscribe(ask['filter'], **options)[1], number)

    def unsubscribe(self, ask, number):
        self.expect(self.client.unsubscribe(ask['filter'])[1], number)

    def publish(self, ask, number):
        topic = ask['topic']
        properties = None
        if self.v5:
            properties = Properties(PacketTypes.PUBLISH)
            if 'content_type' in ask:
                properties.ContentType = ask['content_type']
            if 'response_topic' in ask:
                properties.ResponseTopic = ask['response_topic']
            if 'correlation' in ask:
                properties.CorrelationData = decoded(ask['correlation'])
            if 'expiry' in ask:
                properties.MessageExpiryInterval = int(ask['expiry'])
            for pair in ask['user']:
                properties.UserProperty = tuple(pair.split('=', 1))
            if 'alias' in ask:
                properties.TopicAlias = int(ask['alias'])
                known = self.aliases.get(ask['alias']) == topic
                self.aliases[ask['alias']] = topic
                topic = '' if known else topic
        info = self.client.publish(topic, decoded(ask['payload']), int(ask['qos']), ask['retain'] == '1', properties)
        self.expect(info.mid, number)

    def disconnect(self, ask, number):
        self.disconnecting = number
        self.client.disconnect()

    def close(self, ask, number):
        self.client.on_disconnect = None
        self.client.disconnect()
        self.client.loop_stop()
        del clients[self.handle]
        self.ok(number)


for line in sys.stdin:
    verb, _, query = line.strip().partition(' ')
    parsed = parse_qs(query, keep_blank_values=True)
    command = {name: values[0] for name, values in parsed.items()}
    command['user'] = parsed.get('user', [])
    name = command['client']
    try:
        if name not in clients and verb != 'connect':
            say('ok', name, [('number', command['number'])])
            continue
        if name not in clients:
            clients[name] = Puppet(name, command)
        getattr(clients[name], verb)(command, command['number'])
    except Exception as e:
        say('error', name, [('number', command['number']), ('text', repr(e))])
