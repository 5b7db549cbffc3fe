// burst BROKERS TOPIC - publish the records of standard input at once, by franz-go.
//
// A record a line: key, tab, value. Everything is as the client has it. Exit code 0: the brokers
// have acknowledged each.
package main

import (
	"bufio"
	"context"
	"log"
	"os"
	"strings"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	var refused int64

	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(os.Args[1], ",")...),
		kgo.DefaultProduceTopic(os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "\t")
		record := kgo.KeyStringRecord(key, value)
		client.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
			if err != nil && atomic.AddInt64(&refused, 1) == 1 {
				log.Print(err)
			}
		})
	}
	if err := client.Flush(context.Background()); err != nil {
		log.Fatal(err)
	}
	client.Close()
	if refused > 0 {
		log.Fatalf("%d not acknowledged", refused)
	}
}
