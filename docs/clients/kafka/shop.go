// shop SHOW SEAT... - what a shop's server does by Kafka: reserve, let the customer pay, confirm.
//
// With franz-go. Prints sold, taken or lapsed (exit codes 0, 1, 1), 2: refused, 3: not known yet.
package main
import ("context"; "crypto/rand"; "encoding/json"; "fmt"; "os"; "strings"; "time"; "github.com/twmb/franz-go/pkg/kgo")

type fields map[string]any

func end(code int, words ...any) { fmt.Println(words...); os.Exit(code) }

func topic(variable, name string) string { if t := os.Getenv(variable); t != "" { return t }; return name }

func uuid() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// The reply. No reply in time: the same request again, with its request_id. It is done once.
func ask(client *kgo.Client, request fields) (reply fields) {
	value, _ := json.Marshal(request)
	for attempt := 0; attempt < 12; attempt++ {
		client.Produce(context.Background(), &kgo.Record{Key: []byte(request["show_id"].(string)), Value: value}, nil)
		wait, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		for wait.Err() == nil {
			for _, record := range client.PollFetches(wait).Records() {
				var got fields
				json.Unmarshal(record.Value, &got)
				if got["request_id"] == request["request_id"] { reply = got }
			}
			if reply != nil { return }
		}
	}
	end(3, "not known yet: ask again with the id", request["request_id"])
	return
}

func main() {
	// Every instance reads all replies, in no group, from before it asks: a minute, for clocks that differ.
	client, _ := kgo.NewClient(kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA_BOOTSTRAP_SERVERS"), ",")...),
		kgo.DefaultProduceTopic(topic("HOLDFAST_REQUESTS_TOPIC", "reservation.requests")),
		kgo.ConsumeTopics(topic("HOLDFAST_REPLIES_TOPIC", "reservation.replies")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AfterMilli(time.Now().Add(-time.Minute).UnixMilli())),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	// In a shop the session and both ids are written down with the order, before anything is sent.
	show, session, reserveID, confirmID := os.Args[1], uuid(), uuid(), uuid()
	reply := ask(client, fields{"type": "reserve", "request_id": reserveID, "show_id": show, "session_id": session,
		"seat_ids": os.Args[2:]})
	if reply["reason"] == "SEATS_TAKEN" { end(1, "taken", reply["unavailable"]) } // 409
	if reply["code"] == 200.0 { // here the customer pays, until reserved_until
		reply = ask(client, fields{"type": "confirm", "request_id": confirmID, "show_id": show, "session_id": session,
			"reservation_id": reply["reservation_id"]})
	}
	if reply["code"] == 410.0 { end(1, "lapsed") } // others have the seats: give the money back
	if reply["code"] != 200.0 { end(2, "refused:", reply["code"], reply["reason"], reply["message"]) }
	end(0, "sold")
}
