// What a good programmer writes in an afternoon: check the signature, publish with acks=all, answer 200. Nothing is
// stored here: a delivery that comes while Kafka is away is lost.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	secret, broker, topic := []byte(os.Args[1]), os.Args[2], os.Args[3]
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.AllowAutoTopicCreation(), kgo.ProducerLinger(0))
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/hooks/main", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		given, err := hex.DecodeString(r.Header.Get("X-Cal-Signature-256"))
		if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var delivery struct {
			TriggerEvent string
			Payload      struct{ UID string }
		}
		if json.Unmarshal(body, &delivery) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		record := &kgo.Record{Key: []byte(delivery.Payload.UID), Value: body}
		if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("{}"))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, nil))
}
