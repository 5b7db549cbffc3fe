import com.fasterxml.jackson.databind.*;
import java.sql.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Notices - tells customers that a hold is about to lapse, has lapsed, or is sold, each once.
 *
 * Folds the events of KAFKA_BOOTSTRAP_SERVERS into the tables of notices.sql, in the database of
 * NOTICES_DATABASE_URL (jdbc:postgresql:...). It may be killed at any moment, and several may run, each
 * with a NOTICES_INSTANCE of its own: an event is taken, and what it makes known is told, in one
 * transaction, and only where its ce_id is new. What fails ends it. With Apache Kafka's own client,
 * PostgreSQL's driver and Jackson.
 */
public class Notices {
    static final Map<String, String> ENV = System.getenv();
    static final String EVENTS = ENV.getOrDefault("HOLDFAST_EVENTS_TOPIC", "seat.events");
    static final Double LEAD_SECONDS = Double.valueOf(ENV.getOrDefault("NOTICES_LEAD_SECONDS", "120"));

    static Connection database;

    /** How many rows it changed. */
    static int sql(String statement, Object... values) throws SQLException {
        try (var prepared = database.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) prepared.setObject(i + 1, values[i]);
            return prepared.executeUpdate();
        }
    }

    static void take(ConsumerRecord<String, String> record) throws Exception {
        String ceId = new String(record.headers().lastHeader("ce_id").value());
        JsonNode event = new ObjectMapper().readTree(record.value());
        String at = event.path("at").asText(), kind = event.path("event").asText();
        String show = event.path("show_id").asText(), hold = event.path("reservation_id").asText();
        if (sql("INSERT INTO notices.seen VALUES (?, ?::timestamptz) ON CONFLICT DO NOTHING", ceId, at) == 0)
            return; // it came before
        if (Set.of("reserved", "extended").contains(kind))
            // A hold that was changed may have its old end: then `since` stays, and it is not told again.
            sql("INSERT INTO notices.holds AS h VALUES (?, ?::uuid, ?, ?::timestamptz, ?) "
                + "ON CONFLICT (show_id, reservation_id) DO UPDATE SET "
                + "reserved_until = excluded.reserved_until, since = excluded.since "
                + "WHERE h.reserved_until <> excluded.reserved_until",
                show, hold, record.partition(), event.path("reserved_until").asText(), ceId);
        else if (Set.of("sold", "released", "expired").contains(kind) && !event.has("change")) // a part: the hold stays
            sql("DELETE FROM notices.holds WHERE (show_id, reservation_id) = (?, ?::uuid)", show, hold);
        if (Set.of("sold", "expired").contains(kind))
            sql("INSERT INTO notices.told SELECT ?, ?, ?, ?::uuid FROM notices.began WHERE at <= ?::timestamptz "
                + "ON CONFLICT DO NOTHING", ceId, kind.equals("sold") ? "sold" : "lapsed", show, hold, at);
    }

    /**
     * No event says that a hold is about to lapse, so the clock does. Each end is told once, by the event
     * that set it. Of a partition with events left to read nothing is said: it may be sold there.
     */
    static void warn(KafkaConsumer<String, String> consumer) throws SQLException {
        Object[] readToEnd = consumer.assignment().stream()
            .filter(place -> consumer.currentLag(place).orElse(-1) == 0).map(TopicPartition::partition).toArray();
        sql("INSERT INTO notices.told SELECT since, 'about to lapse', show_id, reservation_id FROM notices.holds "
            + "WHERE partition = ANY(?) AND reserved_until > now() AND reserved_until <= now() + ? * interval '1 s' "
            + "ON CONFLICT DO NOTHING", database.createArrayOf("integer", readToEnd), LEAD_SECONDS);
    }

    public static void main(String[] args) throws Exception {
        database = DriverManager.getConnection(ENV.get("NOTICES_DATABASE_URL"));
        database.setAutoCommit(false);
        // Where the group never was: a day back. No hold is longer, so one that is there now is not known before.
        var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", ENV.get("KAFKA_BOOTSTRAP_SERVERS"),
            "group.id", ENV.getOrDefault("NOTICES_GROUP", "notices"), "isolation.level", "read_committed",
            "enable.auto.commit", false, "auto.offset.reset", "by_duration:P1D",
            // One that comes back goes on at once; without, the others wait 45 s for it.
            "group.instance.id", ENV.getOrDefault("NOTICES_INSTANCE", "1")),
            new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(EVENTS));
        while (true) {
            var records = consumer.poll(Duration.ofMillis(500));
            for (var record : records) take(record);
            warn(consumer);
            database.commit();
            consumer.commitAsync(); // only now, and it may fail: what comes once more is in notices.seen
        }
    }
}
