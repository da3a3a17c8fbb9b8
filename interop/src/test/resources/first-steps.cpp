// What a first program on libmosquitto looks like: connect, subscribe, publish, disconnect.
#include <mosquittopp.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>

class First : public mosqpp::mosquittopp {
public:
    First() : mosquittopp("first-steps") {}

    void on_connect(int rc) override {
        std::printf("connected %d\n", rc);
        subscribe(nullptr, "first/#", 1);
    }

    void on_subscribe(int, int count, const int *granted) override {
        std::printf("subscribed %d %d\n", count, granted[0]);
        publish(nullptr, "first/steps", 5, "hello", 1, false);
    }

    void on_message(const struct mosquitto_message *message) override {
        std::printf("message %s %.*s\n", message->topic, message->payloadlen, (const char *) message->payload);
        disconnect();
    }

    void on_disconnect(int rc) override {
        std::printf("disconnected %d\n", rc);
    }
};

int main(int, char **arguments) {
    mosqpp::lib_init();
    First first;
    if (first.connect("127.0.0.1", std::atoi(arguments[1]), 60) != MOSQ_ERR_SUCCESS) {
        return 1;
    }
    int ended = first.loop_forever();
    mosqpp::lib_cleanup();
    return ended;
}
