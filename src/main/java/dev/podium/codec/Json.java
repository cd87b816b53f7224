package dev.podium.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.io.Serial;
import java.time.Instant;

/// The one configuration of Jackson.
///
/// Unknown members are ignored, absent and null members are left out, an [Instant] is an ISO 8601 string and a
/// `byte[]` base64. Strings may be up to 128 MiB long, because code archives travel in them.
public final class Json {
    private static final int LONGEST_STRING = 128 << 20;
    /// Sets of buffers that are kept: Jackson would else keep one for each thread, and there are many.
    private static final int RECYCLED = 8;

    /// The mapper that everything shares; thread safe, never to be reconfigured.
    public static final JsonMapper MAPPER = builder().build();

    private Json() {}

    /// An empty JSON object.
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// A builder set up like [#MAPPER], for the few that need one feature more.
    public static JsonMapper.Builder builder() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(LONGEST_STRING)
                        .maxNestingDepth(500)
                        .build())
                .recyclerPool(JsonRecyclerPools.newBoundedPool(RECYCLED))
                .build();
        return JsonMapper.builder(factory)
                .addModule(new SimpleModule("podium")
                        .addSerializer(Instant.class, new InstantWriter())
                        .addDeserializer(Instant.class, new InstantReader()))
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static final class InstantWriter extends StdScalarSerializer<Instant> {
        @Serial
        private static final long serialVersionUID = 1;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class InstantReader extends StdScalarDeserializer<Instant> {
        @Serial
        private static final long serialVersionUID = 1;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(in.getText());
            } catch (java.time.format.DateTimeParseException e) {
                throw context.weirdStringException(in.getText(), Instant.class, "not an ISO 8601 instant");
            }
        }
    }
}
