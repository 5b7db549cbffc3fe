import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Burst BROKERS TOPIC - publish the records of standard input at once, by Apache Kafka's producer.
 *
 * A record a line: key, tab, value. Everything is as the client has it. Exit code 0: the brokers
 * have acknowledged each.
 */
public class Burst {
    public static void main(String[] arguments) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));

        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", arguments[0]), new StringSerializer(),
                new StringSerializer())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] record = line.split("\t", 2);

                producer.send(new ProducerRecord<>(arguments[1], record[0], record[1]),
                        (place, error) -> {
                            if (error != null && refused.incrementAndGet() == 1)
                                System.err.println(error);
                        });
            }
        }
        if (refused.get() > 0) {
            System.err.println(refused + " not acknowledged");
            System.exit(1);
        }
    }
}
