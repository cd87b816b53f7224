package dev.podium.iam;

import dev.podium.aws.ServiceApi;
import dev.podium.store.Store;
import java.time.Clock;

/// The IAM API: what deployment tools need of it.
///
/// @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html">API reference</a>
public final class IamApi {
    /// A policy document may triple in a form.
    private static final long MAX_BODY = 1 << 20;

    private final Account all;

    /// Opens the collections; reads nothing yet.
    public IamApi(Store store, Clock clock) {
        all = Account.of(store, clock);
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("iam").maxBody(MAX_BODY);
        new RolesApi(all).addTo(service);
        new PoliciesApi(all).addTo(service);
        new ProfilesApi(all).addTo(service);
        return service.build();
    }
}
