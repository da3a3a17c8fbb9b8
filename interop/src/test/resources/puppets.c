/* Plays clients of Paho for C as Puppeteer.java tells it, line by line. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <MQTTClient.h>

#define FIELDS_MAX 40
#define CLIENTS_MAX 256
#define LINE_BYTES_MAX 65536
#define TIMEOUT_MILLIS 20000

struct fields {
    char line[LINE_BYTES_MAX];
    char *names[FIELDS_MAX];
    char *values[FIELDS_MAX];
    int count;
};

struct puppet {
    char *handle;
    int version;
    MQTTClient client;
};

static struct puppet puppets[CLIENTS_MAX];
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void decode_url(char *text) {
    char *to = text;
    for (char *from = text; *from; from++) {
        if (*from == '%' && from[1] && from[2]) {
            char hex[3] = {from[1], from[2], 0};
            *to++ = (char) strtol(hex, NULL, 16);
            from += 2;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
        }
    }
    *to = 0;
}

/* In place: it only gets shorter. */
static int decode_base64(char *text) {
    unsigned bits = 0;
    int count = 0, bytes = 0;
    for (const char *from = text; *from && *from != '='; from++) {
        bits = bits << 6 | (unsigned) (strchr(DIGITS, *from) - DIGITS);
        count += 6;
        if (count >= 8) {
            count -= 8;
            text[bytes++] = (char) (bits >> count);
        }
    }
    return bytes;
}

static void print_base64(const unsigned char *bytes, int length) {
    for (int i = 0; i < length; i += 3) {
        unsigned bits = bytes[i] << 16 | (i + 1 < length ? bytes[i + 1] << 8 : 0) | (i + 2 < length ? bytes[i + 2] : 0);
        printf("%%%02X%%%02X", DIGITS[bits >> 18], DIGITS[bits >> 12 & 63]);
        printf(i + 1 < length ? "%%%02X" : "%%3D", DIGITS[bits >> 6 & 63]);
        printf(i + 2 < length ? "%%%02X" : "%%3D", DIGITS[bits & 63]);
    }
}

static void print_url(const char *text, int length) {
    for (int i = 0; i < length; i++) {
        printf("%%%02X", (unsigned char) text[i]);
    }
}

static void parse(struct fields *fields) {
    fields->count = 0;
    char *rest = NULL;
    for (char *pair = strtok_r(fields->line, "&\n", &rest); pair && fields->count < FIELDS_MAX;
            pair = strtok_r(NULL, "&\n", &rest)) {
        char *equals = strchr(pair, '=');
        if (equals) {
            *equals = 0;
            decode_url(equals + 1);
            fields->names[fields->count] = pair;
            fields->values[fields->count++] = equals + 1;
        }
    }
}

static char *get(struct fields *fields, const char *name) {
    for (int i = 0; i < fields->count; i++) {
        if (strcmp(fields->names[i], name) == 0) {
            return fields->values[i];
        }
    }
    return NULL;
}

static int number(struct fields *fields, const char *name) {
    char *text = get(fields, name);
    return text ? atoi(text) : 0;
}

static void lost(void *context, char *cause) {
    (void) cause;
    pthread_mutex_lock(&output);
    printf("ended client=%s\n", ((struct puppet *) context)->handle);
    fflush(stdout);
    pthread_mutex_unlock(&output);
}

static int arrived(void *context, char *topic, int topic_length, MQTTClient_message *message) {
    pthread_mutex_lock(&output);
    printf("message client=%s&qos=%d&retain=%d&topic=", ((struct puppet *) context)->handle, message->qos,
            message->retained);
    print_url(topic, topic_length > 0 ? topic_length : (int) strlen(topic));
    printf("&payload=");
    print_base64(message->payload, message->payloadlen);
    printf("\n");
    fflush(stdout);
    pthread_mutex_unlock(&output);
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
    return 1;
}

static void add(MQTTProperties *properties, enum MQTTPropertyCodes code, int value) {
    MQTTProperty property;
    property.identifier = code;
    if (code == MQTTPROPERTY_CODE_RECEIVE_MAXIMUM) {
        property.value.integer2 = (unsigned short) value;
    } else {
        property.value.integer4 = (unsigned) value;
    }
    MQTTProperties_add(properties, &property);
}

static int create(struct puppet *puppet, struct fields *ask) {
    const char *transport = get(ask, "transport");
    int web = transport[0] == 'w';
    char url[64];
    snprintf(url, sizeof url, "%s://127.0.0.1:%s%s", strcmp(transport, "tls") == 0 ? "ssl" : transport,
            get(ask, "port"), web ? "/mqtt" : "");
    puppet->version = number(ask, "version");
    MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
    options.MQTTVersion = puppet->version;
    int code = MQTTClient_createWithOptions(&puppet->client, url, get(ask, "id"), MQTTCLIENT_PERSISTENCE_NONE, NULL,
            &options);
    return code ? code : MQTTClient_setCallbacks(puppet->client, puppet, lost, arrived, NULL);
}

static int connect_it(struct puppet *puppet, struct fields *ask, int *present) {
    int v5 = puppet->version == MQTTVERSION_5;
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
    MQTTClient_connectOptions options5 = MQTTClient_connectOptions_initializer5;
    MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    if (v5) {
        options = options5;
        options.cleanstart = number(ask, "clean");
    } else {
        options.cleansession = number(ask, "clean");
        options.MQTTVersion = puppet->version;
    }
    options.keepAliveInterval = number(ask, "keep_alive");
    if (get(ask, "ca")) {
        tls.trustStore = get(ask, "ca");
        tls.enableServerCertAuth = 1;
        options.ssl = &tls;
    }
    if (get(ask, "will_topic")) {
        will.topicName = get(ask, "will_topic");
        will.payload.len = decode_base64(get(ask, "will_payload"));
        will.payload.data = get(ask, "will_payload");
        will.qos = number(ask, "will_qos");
        will.retained = number(ask, "will_retain");
        options.will = &will;
    }
    if (!v5) {
        int code = MQTTClient_connect(puppet->client, &options);
        *present = options.returned.sessionPresent;
        return code;
    }
    MQTTProperties properties = MQTTProperties_initializer;
    add(&properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, number(ask, "expiry"));
    add(&properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, number(ask, "receive_maximum"));
    MQTTResponse response = MQTTClient_connect5(puppet->client, &options, &properties, NULL);
    *present = options.returned.sessionPresent;
    int code = response.reasonCode;
    MQTTResponse_free(response);
    MQTTProperties_free(&properties);
    return code;
}

static int subscribe(struct puppet *puppet, struct fields *ask, int *granted) {
    int qos = number(ask, "qos");
    *granted = qos;
    if (puppet->version != MQTTVERSION_5) {
        /* It tells of a lower one by no more than success. */
        return MQTTClient_subscribe(puppet->client, get(ask, "filter"), qos);
    }
    MQTTResponse response = MQTTClient_subscribe5(puppet->client, get(ask, "filter"), qos, NULL, NULL);
    int code = response.reasonCode;
    MQTTResponse_free(response);
    *granted = code;
    return code >= 0 && code <= 2 ? 0 : code;
}

static int publish(struct puppet *puppet, struct fields *ask) {
    MQTTClient_deliveryToken token = 0;
    MQTTClient_message message = MQTTClient_message_initializer;
    message.payloadlen = decode_base64(get(ask, "payload"));
    message.payload = get(ask, "payload");
    message.qos = number(ask, "qos");
    message.retained = number(ask, "retain");
    int code;
    if (puppet->version == MQTTVERSION_5) {
        MQTTResponse response = MQTTClient_publishMessage5(puppet->client, get(ask, "topic"), &message, &token);
        code = response.reasonCode;
        MQTTResponse_free(response);
    } else {
        code = MQTTClient_publishMessage(puppet->client, get(ask, "topic"), &message, &token);
    }
    return code || message.qos == 0 ? code : MQTTClient_waitForCompletion(puppet->client, token, TIMEOUT_MILLIS);
}

static int disconnect(struct puppet *puppet) {
    return puppet->version == MQTTVERSION_5
            ? MQTTClient_disconnect5(puppet->client, TIMEOUT_MILLIS, MQTTREASONCODE_SUCCESS, NULL)
            : MQTTClient_disconnect(puppet->client, TIMEOUT_MILLIS);
}

static struct puppet *find(const char *handle) {
    for (int i = 0; i < CLIENTS_MAX; i++) {
        if (puppets[i].handle && strcmp(puppets[i].handle, handle) == 0) {
            return &puppets[i];
        }
    }
    return NULL;
}

static struct puppet *make(const char *handle, struct fields *ask) {
    for (int i = 0; i < CLIENTS_MAX; i++) {
        if (!puppets[i].handle) {
            puppets[i].handle = strdup(handle);
            return create(&puppets[i], ask) ? NULL : &puppets[i];
        }
    }
    return NULL;
}

static void close_it(struct puppet *puppet) {
    disconnect(puppet);
    MQTTClient_destroy(&puppet->client);
    free(puppet->handle);
    puppet->handle = NULL;
}

int main(void) {
    static struct fields ask;
    MQTTClient_init_options init = MQTTClient_init_options_initializer;
    init.do_openssl_init = 1;
    MQTTClient_global_init(&init);
    while (fgets(ask.line, sizeof ask.line, stdin)) {
        char verb[32] = "";
        char *space = strchr(ask.line, ' ');
        snprintf(verb, sizeof verb, "%.*s", (int) (space - ask.line), ask.line);
        memmove(ask.line, space + 1, strlen(space));
        parse(&ask);
        const char *handle = get(&ask, "client");
        struct puppet *puppet = find(handle);
        int code = 0, present = 0, granted = 0;
        if (strcmp(verb, "connect") == 0) {
            puppet = puppet ? puppet : make(handle, &ask);
            code = puppet ? connect_it(puppet, &ask, &present) : -1;
        } else if (puppet && strcmp(verb, "subscribe") == 0) {
            code = subscribe(puppet, &ask, &granted);
        } else if (puppet && strcmp(verb, "unsubscribe") == 0) {
            code = MQTTClient_unsubscribe(puppet->client, get(&ask, "filter"));
        } else if (puppet && strcmp(verb, "publish") == 0) {
            code = publish(puppet, &ask);
        } else if (puppet && strcmp(verb, "disconnect") == 0) {
            code = disconnect(puppet);
        } else if (puppet && strcmp(verb, "close") == 0) {
            char *name = strdup(handle);
            close_it(puppet);
            handle = name;
        }
        pthread_mutex_lock(&output);
        printf("%s client=%s&number=%s&present=%d&granted=%d&text=%s+%d\n", code ? "error" : "ok", handle,
                get(&ask, "number"), present, granted, verb, code);
        fflush(stdout);
        pthread_mutex_unlock(&output);
    }
    return 0;
}
