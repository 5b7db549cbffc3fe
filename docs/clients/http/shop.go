// shop SHOW SEAT... - what a shop's server does: reserve, let the customer pay, confirm.
//
// HOLDFAST_URL: the gateway. HOLDFAST_KEY: an API key of the role checkout. Prints sold, taken or
// lapsed (exit codes 0, 1, 1). Exit code 2: refused, 3: the outcome is not known yet.
package main

import ("bytes"; "crypto/rand"; "encoding/json"; "fmt"; "net/http"; "os"; "time")

type reply struct {
	Reason, Message string
	ReservationID   string `json:"reservation_id"`
	Unavailable     []struct{ SeatID string `json:"seat_id"` }
}

func end(code int, words ...any) { fmt.Println(words...); os.Exit(code) }

func secret() string { b := make([]byte, 16); rand.Read(b); return fmt.Sprintf("%x", b) }

// Sent again with the same key until there is an answer: it is done once.
func ask(operation, session, key string, fields any) (status int, got reply) {
	client := http.Client{Timeout: 10 * time.Second}
	url := os.Getenv("HOLDFAST_URL") + "/api/seat-reservations/" + operation
	body, _ := json.Marshal(fields)
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(time.Second) {
		request, _ := http.NewRequest("POST", url, bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+os.Getenv("HOLDFAST_KEY"))
		request.Header.Set("Holdfast-Session", session)
		request.Header.Set("Idempotency-Key", key)
		answer, err := client.Do(request)
		if err != nil { continue } // was it the request that is lost, or the answer?
		err = json.NewDecoder(answer.Body).Decode(&got)
		answer.Body.Close()
		if err == nil && answer.StatusCode != 429 && answer.StatusCode < 500 { // 503, 504
			return answer.StatusCode, got
		}
	}
	end(3, "not known yet: ask again with the key", key)
	return
}

func main() {
	// In a shop these three are written down with the order, before anything is sent.
	session, reserveKey, confirmKey := secret(), secret(), secret()
	wish := map[string]any{"show_id": os.Args[1], "seat_ids": os.Args[2:]}
	status, held := ask("reserve", session, reserveKey, wish)
	if held.Reason == "SEATS_TAKEN" { // 409
		end(1, "taken", held.Unavailable)
	} else if status != 200 {
		end(2, "refused:", status, held.Reason, held.Message)
	}
	// Here the customer pays, until reserved_until.
	hold := map[string]any{"show_id": os.Args[1], "reservation_id": held.ReservationID}
	switch status, sold := ask("confirm", session, confirmKey, hold); status {
	case 200: end(0, "sold")
	case 410: end(1, "lapsed") // the hold has ended, and others have the seats: give the money back
	default: end(2, "refused:", status, sold.Reason, sold.Message)
	}
}
