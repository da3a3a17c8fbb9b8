// Plays clients of Paho for Go as Puppeteer.java tells it, line by line.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const timeout = 20 * time.Second

var output sync.Mutex

func say(verb string, fields url.Values) {
	output.Lock()
	defer output.Unlock()
	fmt.Println(verb + " " + fields.Encode())
}

func flag(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

func bytes(text string) []byte {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return decoded
}

func create(handle string, ask url.Values) mqtt.Client {
	number := func(name string) int { n, _ := strconv.Atoi(ask.Get(name)); return n }
	scheme, path := ask.Get("transport"), ""
	if scheme == "tls" {
		scheme = "ssl"
	}
	if strings.HasPrefix(scheme, "ws") {
		path = "/mqtt"
	}
	options := mqtt.NewClientOptions().
		AddBroker(scheme + "://127.0.0.1:" + ask.Get("port") + path).
		SetClientID(ask.Get("id")).
		SetProtocolVersion(uint(number("version"))).
		SetCleanSession(ask.Get("clean") == "1").
		SetKeepAlive(time.Duration(number("keep_alive")) * time.Second).
		SetAutoReconnect(false).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			say("message", url.Values{"client": {handle}, "topic": {m.Topic()},
				"payload": {base64.StdEncoding.EncodeToString(m.Payload())},
				"qos":     {strconv.Itoa(int(m.Qos()))}, "retain": {flag(m.Retained())}})
		}).
		SetConnectionLostHandler(func(mqtt.Client, error) { say("ended", url.Values{"client": {handle}}) })
	if ask.Get("ca") != "" {
		pem, err := os.ReadFile(ask.Get("ca"))
		if err != nil {
			panic(err)
		}
		authorities := x509.NewCertPool()
		authorities.AppendCertsFromPEM(pem)
		options.SetTLSConfig(&tls.Config{RootCAs: authorities})
	}
	if ask.Get("will_topic") != "" {
		options.SetBinaryWill(ask.Get("will_topic"), bytes(ask.Get("will_payload")), byte(number("will_qos")),
			ask.Get("will_retain") == "1")
	}
	return mqtt.NewClient(options)
}

func await(token mqtt.Token) error {
	if !token.WaitTimeout(timeout) {
		return fmt.Errorf("no answer")
	}
	return token.Error()
}

func perform(verb string, client mqtt.Client, ask, answer url.Values) error {
	qos, _ := strconv.Atoi(ask.Get("qos"))
	switch verb {
	case "connect":
		return await(client.Connect())
	case "subscribe":
		token := client.Subscribe(ask.Get("filter"), byte(qos), nil)
		err := await(token)
		for _, granted := range token.(*mqtt.SubscribeToken).Result() {
			answer.Set("granted", strconv.Itoa(int(granted)))
		}
		return err
	case "unsubscribe":
		return await(client.Unsubscribe(ask.Get("filter")))
	case "publish":
		return await(client.Publish(ask.Get("topic"), byte(qos), ask.Get("retain") == "1", bytes(ask.Get("payload"))))
	case "disconnect", "close":
		client.Disconnect(250)
	}
	return nil
}

func main() {
	clients := map[string]mqtt.Client{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		verb, query, _ := strings.Cut(lines.Text(), " ")
		ask, err := url.ParseQuery(query)
		if err != nil {
			panic(err)
		}
		handle := ask.Get("client")
		client, known := clients[handle]
		answer := url.Values{"client": {handle}, "number": {ask.Get("number")}}
		if verb == "connect" {
			// One that has been disconnected doesn't come back for good.
			client, known = create(handle, ask), true
			clients[handle] = client
		}
		if known {
			err = perform(verb, client, ask, answer)
		}
		if verb == "close" {
			delete(clients, handle)
		}
		if err != nil {
			answer.Set("text", verb+": "+err.Error())
			say("error", answer)
		} else {
			say("ok", answer)
		}
	}
}
