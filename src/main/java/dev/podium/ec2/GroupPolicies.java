package dev.podium.ec2;

/// Enforces security groups, where that is switched on.
interface GroupPolicies {
    /// Does nothing.
    GroupPolicies NONE = new GroupPolicies() {
        @Override
        public void changed(SecurityGroup group) {}

        @Override
        public void removed(SecurityGroup group) {}
    };

    /// A group is new or has other rules.
    void changed(SecurityGroup group);

    /// A group is gone.
    void removed(SecurityGroup group);
}
