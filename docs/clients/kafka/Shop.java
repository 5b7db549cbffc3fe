import java.time.*;
import java.util.*;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;

/**
 * Shop SHOW SEAT... - what a shop's server does by Kafka: reserve, let the customer pay, confirm.
 *
 * With Apache Kafka's own client. Prints sold, taken or lapsed (exit codes 0, 1, 1), 2: refused,
 * 3: not known yet. JSON is read by patterns; a shop takes its library.
 */
public class Shop {
    static final Map<String, String> ENV = System.getenv();
    static final String REQUESTS = ENV.getOrDefault("HOLDFAST_REQUESTS_TOPIC", "reservation.requests"),
        REPLIES = ENV.getOrDefault("HOLDFAST_REPLIES_TOPIC", "reservation.replies");
    static final Map<String, Object> SERVERS = Map.of("bootstrap.servers", ENV.get("KAFKA_BOOTSTRAP_SERVERS"),
        "isolation.level", "read_committed");
    static final KafkaProducer<String, String> PRODUCER =
        new KafkaProducer<>(SERVERS, new StringSerializer(), new StringSerializer());
    static final KafkaConsumer<String, String> CONSUMER =
        new KafkaConsumer<>(SERVERS, new StringDeserializer(), new StringDeserializer());

    /** The reply. No reply in time: the same request again, with its request_id. It is done once. */
    static String ask(String show, String id, String session, String more) {
        String request = "{\"show_id\":\"" + show + "\",\"request_id\":\"" + id + "\",\"session_id\":\"" + session + "\"," + more + "}";
        for (int attempt = 0; attempt < 12; attempt++) {
            PRODUCER.send(new ProducerRecord<>(REQUESTS, show, request));
            for (var until = Instant.now().plusSeconds(5); Instant.now().isBefore(until);)
                for (var record : CONSUMER.poll(Duration.ofMillis(100)))
                    if (fields(record.value(), "request_id").contains(id)) return record.value();
        }
        throw end(3, "not known yet: ask again with the id " + id);
    }

    static Error end(int code, String words) { System.out.println(words); System.exit(code); return new Error(); }

    static List<String> fields(String json, String name) {
        return Pattern.compile("\"" + name + "\":\"?([^\",]*)").matcher(json).results().map(m -> m.group(1)).toList();
    }

    public static void main(String[] args) {
        // Every instance reads all replies, in no group, from where they end before it asks.
        CONSUMER.assign(CONSUMER.partitionsFor(REPLIES).stream().map(p -> new TopicPartition(REPLIES, p.partition())).toList());
        CONSUMER.seekToEnd(CONSUMER.assignment());
        CONSUMER.assignment().forEach(CONSUMER::position); // until the end is known
        String seats = "[\"" + String.join("\",\"", List.of(args).subList(1, args.length)) + "\"]";
        // In a shop these three are written down with the order, before anything is sent.
        String session = "" + UUID.randomUUID(), reserveId = "" + UUID.randomUUID(), confirmId = "" + UUID.randomUUID();
        String reply = ask(args[0], reserveId, session, "\"type\":\"reserve\",\"seat_ids\":" + seats);
        if (reply.contains("\"SEATS_TAKEN\"")) throw end(1, "taken " + String.join(" ", fields(reply, "seat_id"))); // 409
        if (fields(reply, "code").contains("200")) // here the customer pays, until reserved_until
            reply = ask(args[0], confirmId, session, "\"type\":\"confirm\",\"reservation_id\":\"" + fields(reply, "reservation_id").get(0) + "\"");
        if (fields(reply, "code").contains("410")) throw end(1, "lapsed"); // others have the seats: give the money back
        throw fields(reply, "code").contains("200") ? end(0, "sold") : end(2, "refused: " + reply);
    }
}
