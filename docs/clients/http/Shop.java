import java.net.URI;
import java.net.http.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;
import java.util.stream.*;

/**
 * Shop SHOW SEAT... - what a shop's server does: reserve, let the customer pay, confirm.
 *
 * HOLDFAST_URL: the gateway. HOLDFAST_KEY: an API key of the role checkout. Prints sold, taken or
 * lapsed (exit codes 0, 1, 1). Exit code 2: refused, 3: the outcome is not known yet. JSON is read
 * by patterns, as Java has no reader of its own; a shop takes its library.
 */
public class Shop {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Sent again with the same key until there is an answer: it is done once. */
    static HttpResponse<String> ask(String operation, String session, String key, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(System.getenv("HOLDFAST_URL") + "/api/seat-reservations/" + operation))
            .version(HttpClient.Version.HTTP_1_1).timeout(Duration.ofSeconds(10))
            .headers("Content-Type", "application/json", "Authorization", "Bearer " + System.getenv("HOLDFAST_KEY"),
                "Holdfast-Session", session, "Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        for (var until = Instant.now().plusSeconds(60); Instant.now().isBefore(until); Thread.sleep(1000)) {
            try {
                var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 429 && answer.statusCode() < 500) return answer; // not 429, 503, 504
            } catch (java.io.IOException broken) {
                // Was it the request that is lost, or the answer?
            }
        }
        throw end(3, "not known yet: ask again with the key " + key);
    }

    static Error end(int code, String words) { System.out.println(words); System.exit(code); return new Error(); }

    static List<String> fields(String json, String name) {
        return Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json).results().map(m -> m.group(1)).toList();
    }

    public static void main(String[] args) throws Exception {
        String show = args[0], seats = Arrays.stream(args).skip(1).collect(Collectors.joining("\",\"", "[\"", "\"]"));
        // In a shop these three are written down with the order, before anything is sent.
        String session = "" + UUID.randomUUID(), reserveKey = "" + UUID.randomUUID(), confirmKey = "" + UUID.randomUUID();
        var held = ask("reserve", session, reserveKey, "{\"show_id\":\"" + show + "\",\"seat_ids\":" + seats + "}");
        if (fields(held.body(), "reason").contains("SEATS_TAKEN")) // 409
            throw end(1, "taken " + String.join(" ", fields(held.body(), "seat_id")));
        if (held.statusCode() != 200) throw end(2, "refused: " + held.body());
        // Here the customer pays, until reserved_until.
        var sold = ask("confirm", session, confirmKey, "{\"show_id\":\"" + show + "\",\"reservation_id\":\""
            + fields(held.body(), "reservation_id").get(0) + "\"}");
        if (sold.statusCode() == 410) throw end(1, "lapsed"); // others have the seats: give the money back
        throw sold.statusCode() == 200 ? end(0, "sold") : end(2, "refused: " + sold.body());
    }
}
