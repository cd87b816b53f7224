package dev.podium.iam;

import dev.podium.aws.ServiceApi;
import dev.podium.store.Store;
import java.time.Clock;
import java.util.List;

/// The IAM API: what deployment tools need of it.
///
/// @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html">API reference</a>
public final class IamApi {
    /// A policy document may triple in a form.
    private static final long MAX_BODY = 1 << 20;

    private final List<IamOperations> families;

    /// Opens the collections; reads nothing yet.
    public IamApi(Store store, Clock clock) {
        Account all = Account.of(store, clock);
        families = List.of(new RolesApi(all), new PoliciesApi(all), new ProfilesApi(all));
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("iam").maxBody(MAX_BODY);
        families.forEach(family -> family.addTo(service));
        return service.build();
    }
}
